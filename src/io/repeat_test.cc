#include "io/repeat.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "io/event_loop.h"
#include "io/sim_clock.h"

namespace velum {
namespace {

using std::chrono::minutes;

// Each time it works the clock goes on as far as `after` says, so that it works again or ends.
TEST(Repeat, WorksAtOnceAndTellsOfAFailureOnce) {
  const std::vector<bool> outcomes{true, false, false, true, false};
  EventLoop loop;
  SimClock clock;
  std::atomic<bool> stopping{false};
  std::size_t worked = 0;
  std::vector<std::size_t> told;
  const auto work = [&]() -> Task<Result<void>> {
    const bool is_good = outcomes[worked++];
    clock.advance(is_good ? Ticks(minutes(60)) : Ticks(minutes(1)));
    if (worked == outcomes.size()) stopping = true;
    if (is_good) co_return Result<void>();
    co_return Error(ErrorCode::io, "not now");
  };
  const auto tell = [&](const Error&) { told.push_back(worked); };
  const auto run = [&]() -> Task<bool> {
    Repetition repetition{std::chrono::nanoseconds(0), std::chrono::nanoseconds(0), work, tell};
    co_await repeat(std::move(repetition), clock, stopping);
    co_return true;
  };
  EXPECT_TRUE(loop.run_to_end(run()));
  EXPECT_EQ(worked, outcomes.size());
  EXPECT_EQ(told, (std::vector<std::size_t>{2, 5}));
}

TEST(Repeat, PausesByWhatBecameOfIt) {
  const struct {
    bool is_good;
    minutes passed;
    bool works_again;
  } cases[] = {{true, minutes(59), false},
               {true, minutes(60), true},
               {false, minutes(0), false},
               {false, minutes(1), true}};
  for (const auto& one : cases) {
    EventLoop loop;
    SimClock clock;
    std::atomic<bool> stopping{false};
    std::size_t worked = 0;
    const auto work = [&]() -> Task<Result<void>> {
      ++worked;
      if (one.is_good) co_return Result<void>();
      co_return Error(ErrorCode::io, "not now");
    };
    const Repetition repetition{minutes(60), minutes(1), work, [](const Error&) {}};
    loop.start(repeat(repetition, clock, stopping));
    const auto wait = [&]() -> Task<bool> {
      co_await sleep_for(std::chrono::milliseconds(50));
      clock.advance(one.passed);
      co_await sleep_for(std::chrono::milliseconds(300));
      stopping = true;
      co_await sleep_for(std::chrono::milliseconds(200));
      co_return true;
    };
    EXPECT_TRUE(loop.run_to_end(wait()));
    EXPECT_EQ(worked, one.works_again ? 2U : 1U) << one.is_good << one.passed.count();
  }
}

}  // namespace
}  // namespace velum
