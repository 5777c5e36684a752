// What hangs on a profile, and time.

#include <gtest/gtest.h>

#include "test/fault/sim_node.h"

namespace velum::parts_test {
namespace {

constexpr EntityId entity = EntityId::purchase_info;

class Parts : public testing::Test {
 protected:
  Parts() : node_(disk_) {}

  void SetUp() override {
    ASSERT_TRUE(node_.start());
    const auto made = node_.create_for_days(R"({"email":"ana@example.com"})", 10);
    ASSERT_TRUE(made);
    owner_ = SimNode::key_of(*made);
  }

  SimDisk disk_{1};
  SimNode node_;
  RecordKey owner_;
};

TEST_F(Parts, WhatExpiredMakesRoomForTheNext) {
  ASSERT_TRUE(node_.add_part(entity, owner_, 1));
  EXPECT_EQ(node_.add_part(entity, owner_, 1).error().code(), ErrorCode::already_exists);
  disk_.clock.advance(std::chrono::hours(25));
  EXPECT_EQ(node_.read_only_part(entity, owner_).error().code(), ErrorCode::not_found);
  ASSERT_TRUE(node_.add_part(entity, owner_, 1));
  disk_.clock.advance(std::chrono::hours(25));
  ASSERT_TRUE(node_.put_only(entity, owner_, R"({"isToSavePersonalData":true})"));
  EXPECT_EQ(*node_.read_only_part(entity, owner_), R"({"isToSavePersonalData":true})");
}

TEST_F(Parts, AnIdempotencyKeyLastsWhenWhatExpiredGivesWay) {
  ASSERT_TRUE(node_.add_part(entity, owner_, 1));
  disk_.clock.advance(std::chrono::hours(25));
  const auto first = node_.add_part(entity, owner_, 1, "key");
  const auto again = node_.add_part(entity, owner_, 1, "key");
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->version, again->version);
}

TEST_F(Parts, AProfileHasSoManyOfAKindAndRoomAgainWhenOneExpires) {
  for (std::uint32_t count = 0; count < DocumentEngine::parts_max; ++count) {
    ASSERT_TRUE(node_.add_part(EntityId::address, owner_, count == 0 ? 1 : 30));
  }
  EXPECT_EQ(node_.add_part(EntityId::address, owner_, 30).error().code(), ErrorCode::conflict);
  ASSERT_TRUE(node_.add_part(EntityId::contact, owner_, 30));
  disk_.clock.advance(std::chrono::hours(25));
  EXPECT_TRUE(node_.add_part(EntityId::address, owner_, 30));
}

// Also out of the cache, where it was a moment before.
TEST_F(Parts, NothingIsShownOfAProfileThatHasExpired) {
  ASSERT_TRUE(node_.put_only(entity, owner_, "{}"));
  disk_.clock.advance(std::chrono::days(10) - std::chrono::seconds(1));
  EXPECT_TRUE(node_.read_only_part(entity, owner_));
  EXPECT_TRUE(node_.read_only_part(entity, owner_));
  EXPECT_GT(node_.cache_hits(), 0U);
  disk_.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(node_.read_only_part(entity, owner_).error().code(), ErrorCode::not_found);
  EXPECT_EQ(node_.put_only(entity, owner_, "{}").error().code(), ErrorCode::not_found);
  EXPECT_EQ(node_.add_part(entity, owner_, 1).error().code(), ErrorCode::not_found);
}

}  // namespace
}  // namespace velum::parts_test
