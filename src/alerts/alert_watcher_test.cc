// What of the audit log becomes an alert.

#include <array>

#include "alerts/signed_message.h"
#include "alerts/test_delivery.h"
#include "audit/tile_tree.h"

namespace velum::watcher_test {
namespace {

class WatcherTest : public AlertDelivery {
 protected:
  void damage_bundle() {
    Bytes content = files_.content(bundle_path);
    content.back() ^= 1;
    ASSERT_TRUE(replace_file(files_, bundle_path, content, FileAccess::owner));
  }

  const std::string bundle_path = "./audit/loja/" + tile_path("entries", 0, tile_width);
};

TEST_F(WatcherTest, ARevealOfACanaryIsTold) {
  const Token canary = Token::random(random_);
  const IssuedWebhook webhook = add();
  mark(canary);
  record(reveal(Token::random(random_)));
  look();
  EXPECT_EQ(waiting(), 0U);
  record(reveal(canary));
  look();
  EXPECT_EQ(waiting(), 1U);
  look();
  EXPECT_EQ(waiting(), 1U);
  send_until([this] { return sender_->statistics().sent == 1; });
  ASSERT_EQ(posts_.size(), 1U);
  EXPECT_NE(posts_.front().body.find("canary.revealed"), std::string::npos);
  const std::array<Key256, 1> secret{webhook.secret.clone()};
  const HttpsPost expected =
      signed_post({posts_.front().url, header(posts_.front(), "webhook-id"), posts_.front().body},
                  secret, clock_.now());
  EXPECT_EQ(header(posts_.front(), "webhook-signature"), header(expected, "webhook-signature"));
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(WatcherTest, ARestartLosesNoneAndRepeatsNone) {
  const Token canary = Token::random(random_);
  add();
  mark(canary);
  record(reveal(canary));
  start();  // Before anybody looked.
  look();
  EXPECT_EQ(waiting(), 1U);
  start();  // Before anybody sent.
  look();
  EXPECT_EQ(waiting(), 1U);
  send_until([this] { return sender_->statistics().sent == 1; });
  start();  // After it was taken.
  look();
  EXPECT_EQ(waiting(), 0U);
  record(reveal(canary));
  look();
  EXPECT_EQ(waiting(), 1U);
}

TEST_F(WatcherTest, AReceiverHearsOfWhatItAskedForAndOfWhatIsNew) {
  const Token canary = Token::random(random_);
  mark(canary);
  record(reveal(canary));
  add({AlertKind::budget_exceeded});
  add({AlertKind::canary_revealed, AlertKind::break_glass});
  look();
  EXPECT_EQ(waiting(), 0U);
  record(reveal(canary));
  look();
  EXPECT_EQ(waiting(), 1U);
}

TEST_F(WatcherTest, ABudgetIsToldOnceAWindow) {
  add();
  AuditEntry refused = reveal(Token::random(random_));
  refused.rule = "budget:subjects-per-hour";
  refused.outcome = AuditOutcome::refused;
  for (int round = 0; round < 3; ++round) {
    refused.id = EntryId::random(random_);
    refused.request = RequestId::random(random_);
    record(refused);
    look();
    if (round > 0) EXPECT_EQ(waiting(), 0U);
    send_until([this] { return sender_->statistics().sent == 1; });
  }
  EXPECT_EQ(posts_.size(), 1U);
}

TEST_F(WatcherTest, ALogThatCannotBeWrittenIsToldAllTheSame) {
  append_timeout_ = 300ms;
  start();
  add();
  look();
  files_.fail_path("journal", ErrorCode::no_space);
  const auto refused = loop_.run_to_end(audit_->record(reveal(Token::random(random_))));
  ASSERT_FALSE(refused);
  look();
  look();
  EXPECT_EQ(waiting(), 1U);
  send_until([this] { return sender_->statistics().sent == 1; });
  EXPECT_NE(posts_.front().body.find("audit.unavailable"), std::string::npos);
}

TEST_F(WatcherTest, AReceiverThatIsAwayTakesNothingFromOthers) {
  const WebhookId away = add().webhook.row.id;
  clock_.advance(1s);  // Who was there first is looked at first.
  const WebhookId there = add().webhook.row.id;
  const Token canary = Token::random(random_);
  mark(canary);
  WriteBatch batch;
  for (std::uint64_t count = 0; count < alerts_waiting_max; ++count) {
    const AlertId id = AlertId::random(random_);
    batch.emplace_back(InsertAlert{{here, away, id, "{}", 0, clock_.now(), clock_.now()}});
  }
  ASSERT_TRUE(loop_.run_to_end(store_->commit(std::move(batch))));
  record(reveal(canary));
  look();
  EXPECT_EQ(waiting(away), alerts_waiting_max);
  EXPECT_EQ(waiting(there), 1U);
  EXPECT_EQ(watcher_->dropped(), 1U);
}

TEST_F(WatcherTest, WhatTheLogHasGivenUpHoldsNothingUp) {
  add();
  const Token canary = Token::random(random_);
  mark(canary);
  fill_a_bundle();
  AuditEntry pruned = reveal(Token::random(random_));
  pruned.action = "PruneAuditLog";
  pruned.token.reset();
  pruned.count = static_cast<std::uint32_t>(tile_width);
  ASSERT_TRUE(loop_.run_to_end(audit_->prune(pruned)));
  ASSERT_TRUE(audit_->checkpoint_now());
  ASSERT_EQ(audit_->pruned(here), tile_width);
  record(reveal(canary));
  look();
  EXPECT_EQ(waiting(), 1U);
}

TEST_F(WatcherTest, FilesThatAreNotWhatWasSignedAreToldOnce) {
  add();
  fill_a_bundle();
  look();
  EXPECT_EQ(waiting(), 0U);
  const Bytes whole = files_.content(bundle_path);
  damage_bundle();
  for (int round = 0; round < 5; ++round) {
    clock_.advance(1s);
    look();
  }
  EXPECT_EQ(waiting(), 1U);
  send_until([this] { return sender_->statistics().sent == 1; });
  EXPECT_NE(posts_.front().body.find("audit.verification_failed"), std::string::npos);
  // As it was, and then gone.
  ASSERT_TRUE(replace_file(files_, bundle_path, whole, FileAccess::owner));
  clock_.advance(1s);
  look();
  ASSERT_TRUE(files_.remove(bundle_path));
  for (int round = 0; round < 5; ++round) {
    clock_.advance(1s);
    look();
  }
  send_until([this] { return sender_->statistics().sent == 2; });
}

TEST_F(WatcherTest, WhatIsBehindADamagedBundleIsToldToo) {
  add();
  const Token canary = Token::random(random_);
  mark(canary);
  fill_a_bundle();
  damage_bundle();
  record(reveal(canary));
  look();
  look();
  EXPECT_EQ(waiting(), 2U);
}

}  // namespace
}  // namespace velum::watcher_test
