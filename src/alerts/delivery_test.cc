// Alerts that wait, and who takes them or does not.

#include <array>

#include "alerts/signed_message.h"
#include "alerts/test_delivery.h"
#include "profile/outbox_mover.h"

namespace velum::delivery_test {
namespace {

using DeliveryTest = AlertDelivery;

TEST_F(DeliveryTest, WhatIsNotTakenComesAgainWithItsId) {
  const Token canary = Token::random(random_);
  add();
  mark(canary);
  record(reveal(canary));
  look();
  for (const Result<int>& refusal :
       {Result<int>(500), Result<int>(302), Result<int>(Error(ErrorCode::timeout, "late"))}) {
    answer_ = refusal;
    const std::size_t before = posts_.size();
    clock_.advance(1h);
    send_until([this, before] { return posts_.size() > before; });
    EXPECT_EQ(posts_.size(), before + 1);
  }
  answer_ = 200;
  clock_.advance(1h);
  send_until([this] { return sender_->statistics().sent == 1; });
  EXPECT_EQ(sender_->statistics().failures, 3U);
  EXPECT_EQ(header(posts_.front(), "webhook-id"), header(posts_.back(), "webhook-id"));
  EXPECT_NE(header(posts_.front(), "webhook-timestamp"),
            header(posts_.back(), "webhook-timestamp"));
}

TEST_F(DeliveryTest, ItIsGivenUpAfterThreeDaysAndOnRecord) {
  const Token canary = Token::random(random_);
  add();
  mark(canary);
  record(reveal(canary));
  look();
  answer_ = 500;
  clock_.advance(71h);
  send_until([this] { return sender_->statistics().failures == 1; });
  EXPECT_EQ(waiting(), 1U);
  clock_.advance(2h);
  send_until([this] { return sender_->statistics().given_up == 1; });
  EXPECT_EQ(waiting(), 0U);
  OutboxMover mover(loop_, *store_, *audit_, log_);
  ASSERT_TRUE(loop_.run_to_end(mover.drain()));
  AuditSearch search;
  search.filter.actions = {"GiveUpAlerts"};
  const auto page = audit_->search(here, search);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->entries.size(), 1U);
  EXPECT_NE(page->entries.front().find(R"("count":1)"), std::string::npos);
}

TEST_F(DeliveryTest, TwoSecretsSignWhileOneTakesOverFromTheOther) {
  const IssuedWebhook webhook = add();
  const auto rotated = loop_.run_to_end(settings_->rotate(caller(), webhook.webhook.row.id, 60s));
  ASSERT_TRUE(rotated);
  const auto signatures = [this, &webhook] {
    const std::size_t before = posts_.size();
    EXPECT_TRUE(loop_.run_to_end(settings_->test(caller(), webhook.webhook.row.id)));
    send_until([this, before] { return posts_.size() > before; });
    return std::count(header(posts_.back(), "webhook-signature").begin(),
                      header(posts_.back(), "webhook-signature").end(), ',');
  };
  EXPECT_EQ(signatures(), 2);
  clock_.advance(61s);
  EXPECT_EQ(signatures(), 1);
}

TEST_F(DeliveryTest, AnotherUrlIsTriedAtOnce) {
  const IssuedWebhook webhook = add();
  const WebhookId id = webhook.webhook.row.id;
  answer_ = 500;
  ASSERT_TRUE(loop_.run_to_end(settings_->test(caller(), id)));
  send_until([this] { return sender_->statistics().failures == 1; });
  answer_ = 204;
  ASSERT_TRUE(loop_.run_to_end(settings_->change(caller(), id, {"https://b.example.com/", {}})));
  ASSERT_TRUE(loop_.run_to_end(settings_->test(caller(), id)));
  send_until([this] { return sender_->statistics().sent == 1; });
  EXPECT_EQ(posts_.back().url.host, "b.example.com");
}

TEST_F(DeliveryTest, SoManyTestsWaitAndNoMore) {
  const WebhookId id = add().webhook.row.id;
  WriteBatch batch;
  for (std::uint64_t count = 0; count < alerts_waiting_max; ++count) {
    const AlertId alert = AlertId::random(random_);
    batch.emplace_back(InsertAlert{{here, id, alert, "{}", 0, clock_.now(), clock_.now()}});
  }
  ASSERT_TRUE(loop_.run_to_end(store_->commit(std::move(batch))));
  const auto refused = loop_.run_to_end(settings_->test(caller(), id));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::conflict);
}

TEST_F(DeliveryTest, AnAccountHasSoManyCanaries) {
  WriteBatch batch;
  for (std::size_t count = 0; count < AlertSettings::canaries_max; ++count) {
    batch.emplace_back(PutCanary{{here, Token::random(random_), PrincipalId(), clock_.now()}});
  }
  ASSERT_TRUE(loop_.run_to_end(store_->commit(std::move(batch))));
  const auto refused = loop_.run_to_end(settings_->mark(caller(), Token::random(random_)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::conflict);
}

TEST_F(DeliveryTest, TheSecretIsNowhereInTheDatabase) {
  const IssuedWebhook webhook = add();
  const std::string text(view(webhook_secret_text(webhook.secret)));
  stop();
  for (const char* path : {"./data.db", "./data.db-wal"}) {
    const auto content = read_file(files_, path, 64U << 20);
    if (!content) continue;
    EXPECT_EQ(as_text(*content).find(as_text(webhook.secret.bytes())), std::string_view::npos);
    EXPECT_EQ(as_text(*content).find(text), std::string_view::npos);
    EXPECT_EQ(as_text(*content).find("hooks.example.com"), std::string_view::npos);
  }
  start();
}

}  // namespace
}  // namespace velum::delivery_test
