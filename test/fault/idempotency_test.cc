// Creations that came with an idempotency key, sent again after every n-th disk fault.

#include <gtest/gtest.h>

#include <string>

#include "profile/request_digests.h"
#include "profile/sweeper.h"
#include "test/fault/sim_node.h"

namespace velum::idempotency_test {
namespace {

const std::string ana = R"({"email":"ana@example.com","firstName":"Ana"})";
const std::string bia = R"({"email":"bia@example.com","firstName":"Bia"})";

ErrorCode code_of(const Result<DocumentView>& result) {
  EXPECT_FALSE(result);
  return result ? ErrorCode::cancelled : result.error().code();
}

// The key and the record are there together or not at all: else the second time would be refused,
// or make a second record.
TEST(Idempotency, AfterAnyFaultAndACrashTheSameRequestMakesOneRecord) {
  std::uint64_t calls = 1;
  for (const FaultSpan span : {FaultSpan::once, FaultSpan::from_then_on}) {
    for (std::uint64_t fault = 0; fault <= calls; ++fault) {
      SCOPED_TRACE("fault " + std::to_string(fault));
      SimDisk disk(fault + 1);
      std::optional<DocumentMeta> acknowledged;
      {
        SimNode node(disk);
        ASSERT_TRUE(node.start());
        const std::uint64_t before = disk.files.calls();
        if (fault > 0) disk.files.fail_call(before + fault, span, ErrorCode::io);
        const auto made = node.create_with_key(ana, "key");
        if (made) acknowledged = made->meta;
        if (fault == 0) calls = disk.files.calls() - before;
      }
      disk.files.fail_call(0, FaultSpan::once, ErrorCode::io);
      disk.files.crash(disk.random);
      SimNode node(disk);
      ASSERT_TRUE(node.start());
      const auto again = node.create_with_key(ana, "key");
      ASSERT_TRUE(again) << again.error().message();
      EXPECT_EQ(view(again->document), ana);
      const auto found = node.find("ana@example.com");
      ASSERT_TRUE(found);
      EXPECT_EQ(found->record, again->meta.id);
      if (acknowledged) {
        EXPECT_EQ(again->meta.id, acknowledged->id);
        EXPECT_EQ(again->meta.version, acknowledged->version);
        EXPECT_EQ(again->meta.created_at, acknowledged->created_at);
      }
    }
  }
  EXPECT_GT(calls, 1U);
}

TEST(Idempotency, AKeyIsGoodForOneRequestAndOneDay) {
  SimDisk disk(1);
  SimNode node(disk);
  ASSERT_TRUE(node.start());
  ASSERT_TRUE(node.create_with_key(ana, "key"));
  EXPECT_EQ(code_of(node.create_with_key(bia, "key")), ErrorCode::idempotency_mismatch);
  disk.clock.advance(std::chrono::hours(23));
  EXPECT_TRUE(node.create_with_key(ana, "key"));
  disk.clock.advance(std::chrono::hours(1));
  EXPECT_EQ(code_of(node.create_with_key(ana, "key")), ErrorCode::conflict);
  EXPECT_TRUE(node.create_with_key(bia, "key"));
}

TEST(Idempotency, ARefusedWriteUsesUpNoKey) {
  SimDisk disk(1);
  SimNode node(disk);
  ASSERT_TRUE(node.start());
  const auto first = node.create(ana);
  ASSERT_TRUE(first);
  EXPECT_EQ(code_of(node.create_with_key(ana, "key")), ErrorCode::conflict);
  ASSERT_TRUE(node.remove(SimNode::key_of(*first)));
  EXPECT_TRUE(node.create_with_key(ana, "key"));
}

// Asked of the past, so that only a row that is gone is not found.
bool is_on_disk(SimNode& node, std::string_view key) {
  Caller caller;
  caller.account = &node.account();
  caller.decision.entity = EntityId::profile;
  const RequestDigests digests = digests_of(caller, std::nullopt, ana, {{}, {}, {}, key});
  return node.loop()
      .run_to_end(node.store().find_idempotency(SimDisk::account, PrincipalId(), digests.key,
                                                Instant::min()))
      .has_value();
}

TEST(Idempotency, WhatExpiredIsSweptByLaterWrites) {
  SimDisk disk(1);
  SimNode node(disk);
  ASSERT_TRUE(node.start());
  ASSERT_TRUE(node.create_with_key(ana, "key"));
  EXPECT_TRUE(is_on_disk(node, "key"));
  disk.clock.advance(std::chrono::hours(25));
  ASSERT_TRUE(node.create_with_key(bia, "another key"));
  EXPECT_FALSE(is_on_disk(node, "key"));
}

TEST(Idempotency, WhatExpiredIsSweptWithoutWritesToo) {
  SimDisk disk(1);
  SimNode node(disk);
  ASSERT_TRUE(node.start());
  ASSERT_TRUE(node.create_with_key(ana, "key"));
  disk.clock.advance(std::chrono::hours(23));
  ASSERT_TRUE(node.sweep());
  EXPECT_TRUE(is_on_disk(node, "key"));
  disk.clock.advance(std::chrono::hours(2));
  ASSERT_TRUE(node.sweep());
  EXPECT_FALSE(is_on_disk(node, "key"));
}

TEST(Idempotency, AWallThatRunsAheadMakesNoKeyUnknown) {
  SimDisk disk(1);
  SimNode node(disk);
  ASSERT_TRUE(node.start());
  const auto first = node.create_with_key(ana, "key");
  ASSERT_TRUE(first);
  disk.clock.jump_wall(std::chrono::hours(87'600));
  ASSERT_TRUE(node.create_with_key(bia, "another key"));
  ASSERT_TRUE(node.sweep());
  EXPECT_TRUE(is_on_disk(node, "key"));
  EXPECT_EQ(code_of(node.create_with_key(bia, "key")), ErrorCode::idempotency_mismatch);
  const auto again = node.create_with_key(ana, "key");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->meta.version, first->meta.version);
}

TEST(Idempotency, WhoIsBeingErasedIsNotShownAgain) {
  std::uint64_t under_way = 0;
  for (std::uint64_t fault = 1; fault <= 60; ++fault) {
    SimDisk disk(fault);
    SimNode node(disk);
    ASSERT_TRUE(node.start());
    const auto made = node.create_with_key(ana, "key");
    ASSERT_TRUE(made);
    disk.files.fail_call(disk.files.calls() + fault, FaultSpan::from_then_on, ErrorCode::io);
    const auto erased = node.erase("ana@example.com");
    if (erased || !node.ledger().is_under_way(SimDisk::account, Token(made->meta.id.uuid()))) {
      continue;
    }
    ++under_way;
    EXPECT_FALSE(node.create_with_key(ana, "key"));
  }
  EXPECT_GT(under_way, 0U);
}

}  // namespace
}  // namespace velum::idempotency_test
