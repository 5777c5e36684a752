// The end of what has a time to live, whatever the clock does.

#include <gtest/gtest.h>

#include <chrono>

#include "test/fault/sim_node.h"

namespace velum::expiry_test {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* ana = R"({"email":"ana@example.com"})";

class Expiry : public testing::Test {
 protected:
  void SetUp() override {
    begin();
    const auto made = node_->create_for_days(ana, 10);
    ASSERT_TRUE(made);
    key_ = SimNode::key_of(*made);
    ASSERT_TRUE(node_->put_only(EntityId::purchase_info, key_, "{}"));
    ASSERT_TRUE(node_->sweep());
  }
  void begin(ClockTrust trust = ClockTrust::what_was_saved) {
    node_.reset();
    SimNodeOptions options;
    options.clock_trust = trust;
    node_.emplace(disk_, options);
    ASSERT_TRUE(node_->start());
  }
  bool is_shown() {
    return node_->read_masked(key_).has_value() &&
           node_->read_only_part(EntityId::purchase_info, key_).has_value() &&
           node_->find("ana@example.com").has_value();
  }
  bool is_hidden() {
    return !node_->read_masked(key_) && !node_->read_masked_elsewhere(key_) &&
           !node_->unmask(key_) && !node_->versions(key_) &&
           !node_->read_only_part(EntityId::purchase_info, key_);
  }
  bool is_on_disk() { return is_on_disk(key_); }
  bool is_on_disk(const RecordKey& key) {
    return node_->loop()
        .run_to_end(node_->store().read(key, std::nullopt, Rendition::full, Instant::min()))
        .has_value();
  }
  // As a server that runs does.
  void live(Ticks time) {
    const Instant end = disk_.clock.now() + time;
    while (disk_.clock.now() < end) {
      disk_.clock.advance(std::min<Ticks>(minutes(30), end - disk_.clock.now()));
      ASSERT_TRUE(node_->sweep());
    }
  }
  std::size_t entries(std::string_view action) {
    EXPECT_TRUE(node_->drain());
    AuditSearch search;
    search.filter.actions = {std::string(action)};
    return node_->audit().search(SimDisk::account, search)->entries.size();
  }

  SimDisk disk_{1};
  std::optional<SimNode> node_;
  RecordKey key_;
};

TEST_F(Expiry, IsHiddenAtOnceAndShreddedADayLater) {
  disk_.clock.advance(days(10) - seconds(1));
  EXPECT_TRUE(is_shown());
  disk_.clock.advance(seconds(1));
  EXPECT_TRUE(is_hidden());
  ASSERT_TRUE(node_->sweep());
  EXPECT_TRUE(is_hidden());
  live(hours(24) - minutes(1));
  EXPECT_TRUE(is_on_disk());
  EXPECT_EQ(entries("ExpireProfile"), 0U);
  live(minutes(2));
  EXPECT_FALSE(is_on_disk());
  EXPECT_FALSE(is_on_disk(DocumentEngine::only_part_of(key_, EntityId::purchase_info)));
  EXPECT_EQ(entries("ExpireProfile"), 1U);
  EXPECT_EQ(*node_->erase("ana@example.com"), 0U) << "its look-up has gone with it";
}

TEST_F(Expiry, TheValueIsFreeForAnotherAtOnce) {
  disk_.clock.advance(days(10));
  const auto other = node_->create(ana);
  ASSERT_TRUE(other);
  live(hours(30));
  EXPECT_FALSE(is_on_disk());
  EXPECT_EQ(node_->find("ana@example.com")->subject, SimNode::key_of(*other).subject);
}

TEST_F(Expiry, OneThatIsHiddenCanStillBeErased) {
  disk_.clock.advance(days(10));
  ASSERT_TRUE(node_->sweep());
  EXPECT_EQ(*node_->erase("ana@example.com"), 1U);
  EXPECT_FALSE(is_on_disk());
  live(hours(30));
  EXPECT_EQ(entries("ExpireProfile"), 0U);
}

TEST_F(Expiry, AWallThatRunsAheadHidesAndDestroysNothing) {
  disk_.clock.jump_wall(days(3'650));
  EXPECT_TRUE(is_hidden());
  live(hours(20));
  EXPECT_TRUE(is_hidden());
  EXPECT_TRUE(is_on_disk());
  disk_.clock.jump_wall(-days(3'650));
  EXPECT_TRUE(is_shown());
  live(days(12));
  EXPECT_TRUE(is_hidden());
  EXPECT_FALSE(is_on_disk());
}

TEST_F(Expiry, WhileAWallRunsAheadNothingTakesTheirPlace) {
  disk_.clock.jump_wall(days(3'650));
  const auto again = node_->create(ana);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code(), ErrorCode::conflict);
  const auto other = node_->create(R"({"email":"bia@example.com"})");
  ASSERT_TRUE(other);
  EXPECT_EQ(node_->patch(SimNode::key_of(*other), ana).error().code(), ErrorCode::conflict);
  disk_.clock.jump_wall(-days(3'650));
  EXPECT_TRUE(is_shown());
  EXPECT_EQ(node_->create(ana).error().code(), ErrorCode::conflict) << "it is still hers";
}

TEST_F(Expiry, WhileAWallRunsAheadTheOnlyOneOfItsKindIsNotReplaced) {
  constexpr EntityId entity = EntityId::purchase_info;
  const auto made = node_->create(R"({"email":"bia@example.com"})");
  ASSERT_TRUE(made);
  const RecordKey bia = SimNode::key_of(*made);
  ASSERT_TRUE(node_->add_part(entity, bia, 5));
  disk_.clock.jump_wall(days(3'650));
  EXPECT_EQ(node_->read_only_part(entity, bia).error().code(), ErrorCode::not_found);
  const auto second = node_->add_part(entity, bia, 5);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), ErrorCode::already_exists);
  const auto refused = node_->put_only(entity, bia, "{}");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::conflict);
  EXPECT_EQ(refused.error().message(),
            "the clock that says it has expired is in doubt: try again later");
  disk_.clock.jump_wall(-days(3'650));
  EXPECT_TRUE(node_->read_only_part(entity, bia));
  disk_.clock.advance(days(5));
  EXPECT_TRUE(node_->put_only(entity, bia, "{}")) << "both say that it has expired";
}

TEST_F(Expiry, AWallThatGoesBackShowsNothingAgain) {
  for (const Ticks back : {Ticks(seconds(1)), Ticks(minutes(50)), Ticks(days(9))}) {
    SCOPED_TRACE(back.count());
    disk_.clock.advance(back == Ticks(seconds(1)) ? days(10) : days(0));
    EXPECT_TRUE(is_hidden());
    disk_.clock.jump_wall(-back);
    EXPECT_TRUE(is_hidden()) << "before a sweep";
    ASSERT_TRUE(node_->sweep());
    EXPECT_TRUE(is_hidden());
    disk_.clock.jump_wall(back);
  }
  disk_.clock.jump_wall(-days(9));
  begin();
  EXPECT_TRUE(is_hidden()) << "also for a new process";
}

TEST_F(Expiry, ADayIsOneThatTheStoreHasRun) {
  disk_.clock.advance(days(10));
  ASSERT_TRUE(node_->sweep());
  for (int boot = 1; boot <= 5; ++boot) {
    live(hours(5) - minutes(15));
    EXPECT_TRUE(is_on_disk()) << boot;
    disk_.clock.jump_wall(days(30));  // Off meanwhile: the monotonic clock begins anew.
    begin();
  }
  EXPECT_TRUE(is_hidden());
  live(minutes(40));
  EXPECT_FALSE(is_on_disk()) << "a day in all";
}

TEST_F(Expiry, AClockThatWasWrongAtTheStartCanBePutRight) {
  node_.reset();
  disk_.clock.jump_wall(days(3'650));
  begin();
  live(hours(20));
  EXPECT_TRUE(is_hidden());
  disk_.clock.jump_wall(-days(3'650));
  begin();
  live(hours(20));
  EXPECT_TRUE(is_hidden()) << "which of the two was wrong?";
  EXPECT_TRUE(is_on_disk()) << "so nothing is shredded";
  begin(ClockTrust::the_wall);
  EXPECT_TRUE(is_shown());
  live(hours(30));
  EXPECT_TRUE(is_shown());
  live(days(10));
  EXPECT_FALSE(is_on_disk());
}

}  // namespace
}  // namespace velum::expiry_test
