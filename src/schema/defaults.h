#pragma once
// The default schemas: the files in defaults/, built into the binary.

#include <string_view>

namespace velum {

std::string_view default_profile();

}  // namespace velum
