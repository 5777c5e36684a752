#pragma once
// SimClock: time that moves only when told to. The wall and the monotonic clock move apart at will.

#include <atomic>

#include "base/clock.h"

namespace velum {

class SimClock final : public Clock {
 public:
  Instant now() const override { return Instant(Ticks(wall_.load())); }
  std::chrono::nanoseconds monotonic() const override {
    return std::chrono::nanoseconds(monotonic_.load());
  }

  void advance(Ticks by) {
    wall_ += by.count();
    monotonic_ += std::chrono::nanoseconds(by).count();
  }
  void jump_wall(Ticks by) { wall_ += by.count(); }

 private:
  std::atomic<std::int64_t> wall_{17'000'000'000'000'000};  // 2023-11-14T22:13:20Z
  std::atomic<std::int64_t> monotonic_{0};
};

}  // namespace velum
