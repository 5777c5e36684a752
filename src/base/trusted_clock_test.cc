#include "base/trusted_clock.h"

#include <gtest/gtest.h>

#include <chrono>

namespace velum {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// base/ cannot use the one of io/.
class HandClock final : public Clock {
 public:
  Instant now() const override { return wall; }
  std::chrono::nanoseconds monotonic() const override { return steady; }
  void advance(Ticks by) {
    wall += by;
    steady += by;
  }
  Instant wall{hours(480'000)};
  std::chrono::nanoseconds steady{minutes(5)};
};

TEST(TrustedClock, IsTheWallWhileNothingJumps) {
  HandClock machine;
  TrustedClock clock(machine);
  for (int step = 0; step < 50; ++step) {
    EXPECT_EQ(clock.now(), machine.wall);
    EXPECT_TRUE(clock.check().agrees);
    EXPECT_EQ(clock.check().passed, machine.wall);
    EXPECT_EQ(clock.passed(), machine.wall);
    machine.advance(minutes(37));
  }
  EXPECT_EQ(clock.running(), minutes(50 * 37));
}

TEST(TrustedClock, NeverGoesBack) {
  for (const Ticks back : {Ticks(1), Ticks(minutes(30)), Ticks(hours(9'000))}) {
    HandClock machine;
    TrustedClock clock(machine);
    machine.advance(minutes(1));
    const Instant before = clock.now();
    machine.wall -= back;
    EXPECT_EQ(clock.now(), before);
    EXPECT_EQ(clock.check().agrees, back <= TrustedClock::tolerance);
    EXPECT_EQ(clock.check().passed, before - back);
    EXPECT_EQ(clock.passed(), before - back);
    EXPECT_EQ(clock.now(), before);
    machine.advance(minutes(1));
    EXPECT_EQ(clock.now(), before + minutes(1));
  }
}

TEST(TrustedClock, AWallThatRunsAheadIsFollowedAndLeftAgain) {
  HandClock machine;
  TrustedClock clock(machine);
  const Instant before = clock.now();
  machine.wall += hours(90'000);
  EXPECT_EQ(clock.now(), before + hours(90'000));
  EXPECT_FALSE(clock.check().agrees);
  EXPECT_FALSE(clock.agrees());
  EXPECT_EQ(clock.check().passed, before);
  EXPECT_EQ(clock.passed(), before);
  machine.wall -= hours(90'000);
  machine.advance(minutes(2));
  EXPECT_EQ(clock.now(), before + minutes(2));
  EXPECT_TRUE(clock.check().agrees);
  EXPECT_TRUE(clock.agrees());
}

TEST(TrustedClock, ForADayAfterAStartOnlyWhatWasSavedIsSettled) {
  HandClock machine;
  const ClockState saved{machine.wall - hours(50), Ticks(hours(7))};
  TrustedClock clock(machine);
  EXPECT_EQ(clock.check().settled, machine.wall) << "nothing was ever saved";
  clock.resume(saved, ClockTrust::what_was_saved);
  for (int step = 0; step < 24; ++step) {
    EXPECT_EQ(clock.check().settled, saved.wall) << step;
    EXPECT_EQ(clock.check().passed, machine.wall);
    machine.advance(hours(1));
  }
  EXPECT_EQ(clock.check().settled, machine.wall);

  TrustedClock behind(machine);
  behind.resume({machine.wall + hours(50), Ticks()}, ClockTrust::what_was_saved);
  EXPECT_EQ(behind.check().settled, machine.wall);
  TrustedClock trusted(machine);
  trusted.resume(saved, ClockTrust::the_wall);
  EXPECT_EQ(trusted.check().settled, machine.wall);
}

TEST(TrustedClock, AWallThatStaysAheadForADayIsBelieved) {
  HandClock machine;
  TrustedClock clock(machine);
  machine.wall += hours(90'000);
  for (int step = 0; step <= 24; ++step) {
    EXPECT_EQ(clock.check().agrees, step == 24) << step;
    machine.advance(hours(1));
  }
  EXPECT_TRUE(clock.check().agrees);
  EXPECT_EQ(clock.now(), machine.wall);
  // It must be one day, and not two times.
  machine.wall += hours(700);
  EXPECT_FALSE(clock.check().agrees);
  machine.wall -= hours(700);
  machine.advance(hours(30));
  EXPECT_TRUE(clock.check().agrees);
  machine.wall += hours(700);
  EXPECT_FALSE(clock.check().agrees);
  // One that jumps on meanwhile is not.
  for (int step = 0; step < 100; ++step) {
    machine.wall += hours(2);
    EXPECT_FALSE(clock.check().agrees);
    machine.advance(hours(1));
  }
}

TEST(TrustedClock, AWallThatCatchesUpAgreesAgain) {
  HandClock machine;
  TrustedClock clock(machine);
  const Instant saved = machine.wall + hours(5);
  clock.resume({saved, Ticks(0)}, ClockTrust::what_was_saved);
  for (int step = 0; step < 4; ++step) {
    EXPECT_FALSE(clock.check().agrees);
    EXPECT_EQ(clock.now(), saved);
    machine.advance(hours(1));
  }
  EXPECT_TRUE(clock.check().agrees);
  machine.advance(hours(3));
  EXPECT_EQ(clock.now(), machine.wall);
}

TEST(TrustedClock, SmallCorrectionsAreTaken) {
  HandClock machine;
  TrustedClock clock(machine);
  for (int step = 0; step < 20; ++step) {
    machine.wall += minutes(50);
    EXPECT_TRUE(clock.check().agrees);
  }
  EXPECT_EQ(clock.now(), machine.wall);
  EXPECT_EQ(clock.running(), Ticks(0));
}

TEST(TrustedClock, GoesOnFromWhatWasSaved) {
  HandClock machine;
  const ClockState saved{machine.wall + hours(48), Ticks(7)};
  TrustedClock doubting(machine);
  doubting.resume(saved, ClockTrust::what_was_saved);
  EXPECT_EQ(doubting.now(), saved.wall);
  EXPECT_FALSE(doubting.check().agrees);
  EXPECT_EQ(doubting.check().passed, machine.wall);
  EXPECT_EQ(doubting.running(), Ticks(7));
  TrustedClock told(machine);
  told.resume(saved, ClockTrust::the_wall);
  EXPECT_EQ(told.now(), machine.wall);
  EXPECT_TRUE(told.check().agrees);
  EXPECT_EQ(told.running(), Ticks(7));
  // It was off for a while: that is no jump, and no running either.
  machine.wall += hours(480);
  TrustedClock later(machine);
  later.resume(saved, ClockTrust::what_was_saved);
  EXPECT_EQ(later.now(), machine.wall);
  EXPECT_TRUE(later.check().agrees);
  machine.advance(Ticks(3));
  EXPECT_EQ(later.running(), Ticks(10));
  EXPECT_EQ(later.state().wall, machine.wall);
  EXPECT_EQ(later.state().running, Ticks(10));
}

}  // namespace
}  // namespace velum
