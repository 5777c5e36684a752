#pragma once
// Refusal: why a request is answered without a handler having seen it.

#include "base/result.h"

namespace velum {

struct Refusal {
  int status = 400;
  Error error;
};

inline Refusal bad_request(Literal why) {
  return {400, Error(ErrorCode::invalid_argument, why)};
}

}  // namespace velum
