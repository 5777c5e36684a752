#pragma once
// SystemClock: the operating system's clocks. The only place in src/ that reads them.

#include <chrono>

#include "base/clock.h"

namespace velum {

class SystemClock final : public Clock {
 public:
  Instant now() const override;
  std::chrono::nanoseconds monotonic() const override;
};

}  // namespace velum
