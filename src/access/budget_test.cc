#include "access/budget.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "io/sim_clock.h"
#include "io/sim_random.h"

namespace velum {
namespace {

using std::chrono::seconds;

TEST(MinuteBudget, GivesEachPrincipalSoMuchAMinute) {
  SeededRandom random(1);
  const PrincipalId ana = PrincipalId::random(random);
  const PrincipalId bia = PrincipalId::random(random);
  struct Case {
    seconds later;
    PrincipalId who;
    std::uint32_t amount;
    bool given;
  };
  const Case cases[] = {
      {seconds(0), ana, 11, false},  // A refusal takes nothing.
      {seconds(0), ana, 7, true},           {seconds(0), ana, 4, false},
      {seconds(0), ana, 3, true},           {seconds(0), ana, 1, false},
      {seconds(0), ana, 0, true},           {seconds(0), bia, 10, true},
      {seconds(0), ana, UINT32_MAX, false}, {seconds(59), ana, 1, false},
      {seconds(1), ana, 10, true},          {seconds(0), ana, 1, false},
      {seconds(0), bia, 1, true},           {seconds(3600), ana, 10, true},
  };
  SimClock clock;
  MinuteBudget budget(clock, "guesses-per-minute", 10);
  for (const Case& c : cases) {
    clock.advance(c.later);
    const auto taken = budget.take(c.who, c.amount);
    EXPECT_EQ(taken.has_value(), c.given) << &c - cases;
    if (!taken) {
      EXPECT_EQ(taken.error().code(), ErrorCode::rate_limited);
    }
  }
}

TEST(MinuteBudget, ARefusalIsTheFirstOnceAMinute) {
  SeededRandom random(1);
  const PrincipalId ana = PrincipalId::random(random);
  SimClock clock;
  MinuteBudget budget(clock, "guesses-per-minute", 1);
  EXPECT_TRUE(budget.is_first_refusal(ana));
  EXPECT_FALSE(budget.is_first_refusal(ana));
  EXPECT_TRUE(budget.is_first_refusal(PrincipalId::random(random)));
  clock.advance(seconds(60));
  EXPECT_TRUE(budget.is_first_refusal(ana));
}

TEST(MinuteBudget, TheWallClockGivesNothing) {
  SeededRandom random(1);
  SimClock clock;
  MinuteBudget budget(clock, "guesses-per-minute", 1);
  const PrincipalId ana = PrincipalId::random(random);
  EXPECT_TRUE(budget.take(ana, 1));
  clock.jump_wall(std::chrono::hours(1));
  EXPECT_FALSE(budget.take(ana, 1));
}

TEST(MinuteBudget, SaysWhenTheNextMinuteBegins) {
  SimClock clock;
  const MinuteBudget budget(clock, "guesses-per-minute", 1);
  EXPECT_EQ(budget.until_next(), seconds(60));
  clock.advance(std::chrono::milliseconds(100));
  EXPECT_EQ(budget.until_next(), seconds(60));
  clock.advance(seconds(59));
  EXPECT_EQ(budget.until_next(), seconds(1));
  clock.advance(std::chrono::milliseconds(900));
  EXPECT_EQ(budget.until_next(), seconds(60));
}

TEST(MinuteBudget, IsOneForAllThreads) {
  SeededRandom random(1);
  SimClock clock;
  MinuteBudget budget(clock, "guesses-per-minute", 1000);
  const PrincipalId ana = PrincipalId::random(random);
  std::atomic<int> given{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int each = 0; each < 500; ++each) given += budget.take(ana, 1) ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(given, 1000);
}

}  // namespace
}  // namespace velum
