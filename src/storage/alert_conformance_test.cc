// Webhooks, the alerts that wait for them, and canaries: see StoreConformance.

#include "storage/conformance.h"

namespace velum {
namespace {

constexpr Instant start = StoreConformance::start;

WebhookRow webhook_of(WebhookId id, AccountId account) {
  const auto bytes = [](std::string_view text) {
    return Bytes(as_bytes(text).begin(), as_bytes(text).end());
  };
  return {account,           id,           bytes("sealed"),
          "canary.revealed", bytes("new"), bytes("old"),
          start + Ticks(5),  start,        17};
}

AlertRow alert_of(const WebhookRow& webhook, AlertId id, Instant due_at) {
  return {webhook.account, webhook.id, id, R"({"a":1})", 0, start, due_at};
}

}  // namespace

TEST_P(StoreConformance, AWebhookComesBackAsItWas) {
  const auto webhooks = [this](AccountId account) {
    return *loop_.run_to_end(store_->webhooks(account));
  };
  WebhookRow row = webhook_of(WebhookId::random(random_), here);
  ASSERT_TRUE(write(InsertWebhook{row}, InsertWebhook{webhook_of(row.id, elsewhere)}));
  EXPECT_EQ(refusal(InsertWebhook{row}), ErrorCode::already_exists);
  reopen();
  ASSERT_EQ(webhooks(here).size(), 1U);
  const WebhookRow found = webhooks(here).front();
  EXPECT_EQ(found.account, here);
  EXPECT_EQ(found.id, row.id);
  EXPECT_EQ(found.url, row.url);
  EXPECT_EQ(found.events, row.events);
  EXPECT_EQ(found.secret, row.secret);
  EXPECT_EQ(found.older_secret, row.older_secret);
  EXPECT_EQ(found.older_ends_at, row.older_ends_at);
  EXPECT_EQ(found.created_at, row.created_at);
  EXPECT_EQ(found.next_entry, row.next_entry);

  row.url = to_bytes("other");
  row.events.clear();
  row.secret = to_bytes("newer");
  row.older_secret.clear();
  row.older_ends_at.reset();
  row.created_at = start + std::chrono::hours(1);
  row.next_entry = 0;
  const Bytes url = found.url, secret = found.secret;
  EXPECT_EQ(refusal(UpdateWebhook{row, row.url, secret}), ErrorCode::version_mismatch);
  EXPECT_EQ(refusal(UpdateWebhook{row, url, row.secret}), ErrorCode::version_mismatch);
  ASSERT_TRUE(write(UpdateWebhook{row, url, secret}));
  EXPECT_EQ(refusal(UpdateWebhook{row, url, secret}), ErrorCode::version_mismatch);
  const WebhookRow changed = webhooks(here).front();
  EXPECT_EQ(changed.url, row.url);
  EXPECT_EQ(changed.events, "");
  EXPECT_EQ(changed.secret, row.secret);
  EXPECT_TRUE(changed.older_secret.empty());
  EXPECT_FALSE(changed.older_ends_at);
  EXPECT_EQ(changed.created_at, start);
  EXPECT_EQ(changed.next_entry, 17U);

  ASSERT_TRUE(write(AdvanceWebhook{here, row.id, 18}));
  EXPECT_EQ(webhooks(here).front().next_entry, 18U);
  EXPECT_EQ(webhooks(elsewhere).front().next_entry, 17U);
  EXPECT_EQ(webhooks(elsewhere).front().url, to_bytes("sealed"));
  EXPECT_EQ(refusal(AdvanceWebhook{here, WebhookId::random(random_), 1}), ErrorCode::not_found);
}

TEST_P(StoreConformance, AnAlertWaitsUntilItIsDue) {
  const WebhookRow one = webhook_of(WebhookId::random(random_), here);
  const WebhookRow other = webhook_of(WebhookId::random(random_), here);
  const AlertId early = AlertId::random(random_), late = AlertId::random(random_);
  const auto due = [this, &one](Instant now, std::uint32_t limit = 10) {
    return *loop_.run_to_end(store_->due_alerts(here, one.id, now, limit));
  };
  ASSERT_TRUE(write(InsertAlert{alert_of(one, late, start + Ticks(2))},
                    InsertAlert{alert_of(one, early, start + Ticks(1))},
                    InsertAlert{alert_of(other, early, start)}));
  reopen();
  EXPECT_TRUE(due(start).empty());
  ASSERT_EQ(due(start + Ticks(2)).size(), 2U);
  EXPECT_EQ(due(start + Ticks(2), 1).size(), 1U);
  const AlertRow found = due(start + Ticks(2)).front();
  EXPECT_EQ(found.id, early);
  EXPECT_EQ(found.webhook, one.id);
  EXPECT_EQ(found.body, R"({"a":1})");
  EXPECT_EQ(found.attempts, 0U);
  EXPECT_EQ(found.created_at, start);
  EXPECT_EQ(found.due_at, start + Ticks(1));

  // The same alert again is the one that waits.
  AlertRow again = alert_of(one, early, start);
  again.body = "other";
  ASSERT_TRUE(write(InsertAlert{again}, DelayAlert{here, one.id, early, 3, start + Ticks(9)}));
  EXPECT_EQ(due(start + Ticks(2)).size(), 1U);
  EXPECT_EQ(due(start + Ticks(9)).back().attempts, 3U);
  EXPECT_EQ(due(start + Ticks(9)).back().body, R"({"a":1})");
  EXPECT_EQ(*loop_.run_to_end(store_->alert_count(here, one.id)), 2U);
  EXPECT_EQ(*loop_.run_to_end(store_->alert_count(here, other.id)), 1U);
  EXPECT_EQ(*loop_.run_to_end(store_->alert_count(elsewhere, one.id)), 0U);
  ASSERT_TRUE(write(DeleteAlert{here, one.id, early}));
  EXPECT_EQ(due(start + Ticks(9)).size(), 1U);
}

TEST_P(StoreConformance, AWebhookTakesItsAlertsWithIt) {
  const WebhookRow one = webhook_of(WebhookId::random(random_), here);
  const WebhookRow other = webhook_of(WebhookId::random(random_), here);
  const AlertId id = AlertId::random(random_);
  ASSERT_TRUE(write(InsertWebhook{one}, InsertWebhook{other}, InsertAlert{alert_of(one, id, start)},
                    InsertAlert{alert_of(other, id, start)}, DeleteWebhook{here, one.id}));
  EXPECT_EQ(loop_.run_to_end(store_->webhooks(here))->size(), 1U);
  EXPECT_EQ(*loop_.run_to_end(store_->alert_count(here, one.id)), 0U);
  EXPECT_EQ(*loop_.run_to_end(store_->alert_count(here, other.id)), 1U);
  EXPECT_EQ(refusal(DeleteWebhook{here, one.id}), ErrorCode::not_found);
  EXPECT_EQ(refusal(DeleteWebhook{elsewhere, other.id}), ErrorCode::not_found);
}

TEST_P(StoreConformance, ACanaryOutlivesWhoeverDeletesIt) {
  const auto canaries = [this](AccountId account) {
    return *loop_.run_to_end(store_->canaries(account));
  };
  const RecordKey key = new_key();
  const PrincipalId author = PrincipalId::random(random_);
  ASSERT_TRUE(commit(creation(key, VersionId::random(random_))));
  ASSERT_TRUE(write(PutCanary{{here, key.subject, author, start}},
                    PutCanary{{here, key.subject, PrincipalId(), start + Ticks(1)}}));
  ASSERT_TRUE(write(DeleteSubject{here, key.subject}));
  reopen();
  ASSERT_EQ(canaries(here).size(), 1U);
  EXPECT_EQ(canaries(here).front().subject, key.subject);
  EXPECT_EQ(canaries(here).front().author, author);
  EXPECT_EQ(canaries(here).front().created_at, start);
  EXPECT_TRUE(canaries(elsewhere).empty());
  EXPECT_EQ(refusal(DeleteCanary{elsewhere, key.subject}), ErrorCode::not_found);
  ASSERT_TRUE(write(DeleteCanary{here, key.subject}));
  EXPECT_TRUE(canaries(here).empty());
}

}  // namespace velum
