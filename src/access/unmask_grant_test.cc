#include "access/unmask_grant.h"

#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "access/account_access.h"
#include "io/sim_clock.h"
#include "io/sim_random.h"

namespace velum {
namespace {

constexpr AccountId grants_account{7};
constexpr std::string_view whole_profile =
    R"([{"resource":"UnmaskItemResource","entities":["profile"]}])";
constexpr std::string_view some_fields =
    R"([{"resource":"UnmaskItemResource","entities":["profile"],"fields":["email"]}])";

class UnmaskGrantTest : public testing::Test {
 protected:
  UnmaskGrantTest() {
    role_ = {grants_account, "asks", 2000, "Asks",
             R"([{"resource":"RequestUnmaskResource"},{"resource":"BreakGlassResource"}])"};
    holder_ = make_app_key(grants_account, "loja", "label", "asks", clock_, random_).row;
    row_.account = grants_account;
    row_.id = GrantId::random(random_);
    row_.holder = holder_.id;
    row_.resources = whole_profile;
    row_.state = GrantState::active;
    row_.ends_at = clock_.now() + std::chrono::minutes(30);
  }

  Decision decide(EntityId entity = EntityId::profile) {
    AccessRows rows{grants_account, 1, {holder_}, {role_}};
    rows.grants = {row_};
    const AccountAccess access(std::move(rows));
    const Principal who{PrincipalKind::app_key, grants_account, asks_, holder_.app_key};
    return access.decide_reveal(who, *access.find_grant(row_.id), entity, clock_);
  }

  SimClock clock_;
  SeededRandom random_{1};
  RoleRow role_;
  AppKeyRow holder_;
  UnmaskGrantRow row_;
  PrincipalId asks_;
};

TEST_F(UnmaskGrantTest, ItsHolderMayUnmaskWhatItIsFor) {
  asks_ = holder_.id;
  const Decision decision = decide();
  EXPECT_TRUE(decision.allowed);
  EXPECT_EQ(decision.rule, "grant:" + row_.id.text());
  EXPECT_EQ(decision.resource, Resource::unmask_item);
  EXPECT_TRUE(decision.fields.empty());
  EXPECT_TRUE(decision.subjects.empty());
  EXPECT_FALSE(decide(EntityId::address).allowed);
  row_.resources = some_fields;
  EXPECT_EQ(decide().fields, FieldNames{"email"});
}

TEST_F(UnmaskGrantTest, OfSomeSubjectsItIsOfNobodyElse) {
  asks_ = holder_.id;
  const Token first = Token::random(random_);
  const Token second = Token::random(random_);
  row_.subjects = first.text() + "," + second.text();
  EXPECT_EQ(decide().subjects, (std::vector<Token>{first, second}));
}

TEST_F(UnmaskGrantTest, NobodyElseHasIt) {
  asks_ = PrincipalId::random(random_);
  EXPECT_FALSE(decide().allowed);
  AppKeyRow other = make_app_key(grants_account, "loja", "label", "asks", clock_, random_).row;
  std::swap(other, holder_);
  asks_ = holder_.id;  // Who may have grants, and has not this one.
  EXPECT_FALSE(decide().allowed);
}

TEST_F(UnmaskGrantTest, WhatDoesNotHold) {
  asks_ = holder_.id;
  const UnmaskGrantRow good = row_;
  const std::function<void()> changes[] = {
      [&] { row_.state = GrantState::requested; },
      [&] { row_.state = GrantState::ended; },
      [&] { row_.state = static_cast<GrantState>(9); },
      [&] { row_.ends_at = clock_.now(); },
      [&] { row_.resources = ""; },
      [&] { row_.resources = "[{}]"; },
      [&] { row_.resources = "[]"; },
      [&] { row_.resources = R"([{"resource":"GetItemResource"}])"; },
      [&] { row_.subjects = "not an id"; },
      [&] { row_.subjects = Token::random(random_).text() + ",not an id"; },
      [&] { holder_.state = AppKeyState::inactive; },
      [&] { holder_.roles = ""; },
      [&] { role_.grants = R"([{"resource":"BreakGlassResource"}])"; },
  };
  for (const auto& change : changes) {
    const AppKeyRow holder = holder_;
    const RoleRow role = role_;
    EXPECT_TRUE(decide().allowed);
    change();
    EXPECT_FALSE(decide().allowed) << &change - std::begin(changes);
    row_ = good;
    holder_ = holder;
    role_ = role;
  }
}

TEST_F(UnmaskGrantTest, BrokenGlassIsKnownByItsRule) {
  asks_ = holder_.id;
  row_.kind = GrantKind::break_glass;
  EXPECT_TRUE(decide().allowed);
  EXPECT_EQ(decide().rule, "break_glass:" + row_.id.text());
  role_.grants = R"([{"resource":"RequestUnmaskResource"}])";
  EXPECT_FALSE(decide().allowed);
}

TEST_F(UnmaskGrantTest, ItsTimeIsUpToTheMoment) {
  asks_ = holder_.id;
  clock_.advance(std::chrono::minutes(30) - Ticks(1));
  EXPECT_TRUE(decide().allowed);
  clock_.advance(Ticks(1));
  EXPECT_FALSE(decide().allowed);
}

}  // namespace
}  // namespace velum
