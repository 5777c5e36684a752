#include "access/reveal_budget.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "io/sim_clock.h"
#include "io/sim_random.h"

namespace velum {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class RevealBudgetTest : public testing::Test {
 protected:
  RevealBudgetTest() {
    for (int index = 0; index < 20; ++index) people_.push_back(Token::random(random_));
    // To the beginning of a day.
    clock_.advance(budget_.until_next_day());
  }

  // Those of people_ that begin at `first`. What it was refused by, or "".
  std::string take(PrincipalId who, std::size_t first, std::size_t count) {
    const auto taken = budget_.take(who, std::span(people_).subspan(first, count));
    if (taken) return "";
    EXPECT_EQ(taken.error().code(), ErrorCode::rate_limited);
    return taken.error().subject();
  }

  SimClock clock_;
  SeededRandom random_{1};
  PrincipalId ana_ = PrincipalId::random(random_);
  PrincipalId bia_ = PrincipalId::random(random_);
  std::vector<Token> people_;
  RevealBudget budget_{clock_, {4, 10}};
};

TEST_F(RevealBudgetTest, CountsPeopleAndNotReveals) {
  for (int round = 0; round < 100; ++round) EXPECT_EQ(take(ana_, 0, 4), "");
  EXPECT_EQ(take(ana_, 4, 1), "subjects-per-hour");
  EXPECT_EQ(take(ana_, 3, 2), "subjects-per-hour") << "all or none";
  EXPECT_EQ(take(ana_, 0, 4), "") << "who was seen may be seen again";
  EXPECT_EQ(take(bia_, 4, 4), "") << "each principal has its own";
}

TEST_F(RevealBudgetTest, ARefusalTakesNothing) {
  EXPECT_EQ(take(ana_, 0, 5), "subjects-per-hour");
  EXPECT_EQ(take(ana_, 0, 4), "");
}

TEST_F(RevealBudgetTest, TheSameOneTwiceInAListIsOne) {
  people_[1] = people_[0];
  people_[2] = people_[0];
  EXPECT_EQ(take(ana_, 0, 6), "");
  EXPECT_EQ(take(ana_, 6, 1), "subjects-per-hour");
}

TEST_F(RevealBudgetTest, AnHourGivesBackAndADayBoundsTheHours) {
  EXPECT_EQ(take(ana_, 0, 4), "");
  clock_.advance(minutes(59));
  EXPECT_EQ(take(ana_, 4, 1), "subjects-per-hour");
  clock_.advance(minutes(1));
  EXPECT_EQ(take(ana_, 4, 4), "");
  clock_.advance(hours(1));
  EXPECT_EQ(take(ana_, 8, 3), "subjects-per-day");
  EXPECT_EQ(take(ana_, 8, 2), "");
  EXPECT_EQ(take(ana_, 0, 2), "") << "seen today";
  clock_.advance(hours(21) + seconds(59 * 60 + 59));
  EXPECT_EQ(take(ana_, 10, 1), "subjects-per-day");
  clock_.advance(seconds(1));
  EXPECT_EQ(take(ana_, 10, 4), "");
}

TEST_F(RevealBudgetTest, WhatWasSeenBeforeARestartCounts) {
  clock_.advance(hours(2));
  budget_.restore(ana_, people_[0], clock_.now());
  budget_.restore(ana_, people_[1], clock_.now() - hours(1));
  budget_.restore(ana_, people_[2], budget_.day_began());
  budget_.restore(ana_, people_[3], budget_.day_began() - seconds(1));
  EXPECT_EQ(take(ana_, 10, 4), "subjects-per-hour") << "one was seen in this hour";
  EXPECT_EQ(take(ana_, 10, 3), "");
  clock_.advance(hours(1));
  EXPECT_EQ(take(ana_, 13, 4), "") << "with three before and three since it is ten of a day";
  clock_.advance(hours(1));
  EXPECT_EQ(take(ana_, 17, 1), "subjects-per-day");
  EXPECT_EQ(take(ana_, 0, 3), "") << "those of before";
  EXPECT_EQ(take(ana_, 3, 1), "subjects-per-day") << "yesterday's is not one of them";
}

TEST_F(RevealBudgetTest, SaysWhenToComeBack) {
  EXPECT_EQ(budget_.until_next_hour(), hours(1));
  EXPECT_EQ(budget_.until_next_day(), hours(24));
  clock_.advance(hours(23) + seconds(3599));
  EXPECT_EQ(budget_.until_next_hour(), seconds(1));
  EXPECT_EQ(budget_.until_next_day(), seconds(1));
}

TEST_F(RevealBudgetTest, WithoutALimitThereIsNone) {
  RevealBudget none(clock_, {0, 0});
  RevealBudget only_hours(clock_, {4, 0});
  for (std::size_t first = 0; first + 4 <= people_.size(); first += 4) {
    const auto four = std::span(people_).subspan(first, 4);
    EXPECT_TRUE(none.take(ana_, four));
    EXPECT_TRUE(only_hours.take(ana_, four));
    EXPECT_FALSE(only_hours.take(ana_, std::span(people_).subspan((first + 4) % 20, 1)));
    clock_.advance(hours(1));
  }
}

}  // namespace
}  // namespace velum
