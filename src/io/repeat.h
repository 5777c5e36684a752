#pragma once
// Work that a loop does again and again in the background, and waiting on a loop.

#include <atomic>
#include <chrono>
#include <functional>

#include "base/clock.h"
#include "base/result.h"
#include "io/task.h"

namespace velum {

struct Repetition {
  std::chrono::nanoseconds after_success;
  std::chrono::nanoseconds after_failure;
  std::function<Task<Result<void>>()> work;
  std::function<void(const Error&)> tell;  // Of a failure, unless the one before was one too.
};

// Works at once, and then after each pause, by the monotonic `clock`; ends a moment after
// `stopping` is set, by any thread. Both, and what the functions refer to, outlive it.
Task<void> repeat(Repetition repetition, const Clock& clock, const std::atomic<bool>& stopping);

// On the loop of whoever waits.
Task<void> sleep_for(std::chrono::nanoseconds duration);

}  // namespace velum
