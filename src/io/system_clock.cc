#include "io/system_clock.h"

namespace velum {

Instant SystemClock::now() const {
  return std::chrono::floor<Ticks>(std::chrono::system_clock::now());
}

std::chrono::nanoseconds SystemClock::monotonic() const {
  return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace velum
