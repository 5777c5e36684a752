#pragma once
// Error from errno, as finely as an operator can act on it. The text is a literal chosen by the
// number; where the number says nothing special it is `operation`.

#include <string>

#include "base/result.h"

namespace velum {

Error system_error(int number, Literal operation, std::string subject);

}  // namespace velum
