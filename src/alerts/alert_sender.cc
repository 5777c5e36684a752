#include "alerts/alert_sender.h"

#include <algorithm>
#include <array>

#include "alerts/alert_settings.h"
#include "alerts/signed_message.h"
#include "io/repeat.h"

namespace velum {
namespace {

constexpr std::uint32_t given_up_at_once_max = 100;
constexpr std::uint32_t doublings_max = 20;

Result<Key256> key_of(const Account& account, WebhookId webhook, ByteView sealed) {
  TRY_ASSIGN(const Sensitive text,
             account.vault->open_webhook(webhook, WebhookPart::secret, sealed));
  if (text.text().size() != Key256::size_bytes) {
    return Error(ErrorCode::corrupt, "a webhook's secret has the wrong size");
  }
  return Key256(std::span<const std::uint8_t, 32>(as_bytes(text.text())));
}

Result<std::vector<Key256>> secrets_of(const Account& account, const WebhookRow& webhook,
                                       Instant now) {
  std::vector<Key256> secrets;
  TRY_ASSIGN(Key256 secret, key_of(account, webhook.id, webhook.secret));
  secrets.push_back(std::move(secret));
  if (webhook.older_ends_at && now < *webhook.older_ends_at) {
    TRY_ASSIGN(Key256 older, key_of(account, webhook.id, webhook.older_secret));
    secrets.push_back(std::move(older));
  }
  return secrets;
}

Literal why_not(const Result<int>& status) {
  if (status) return "it_refused";
  switch (status.error().code()) {
    case ErrorCode::permission_denied: return "address_not_public";
    case ErrorCode::unauthenticated: return "certificate";
    case ErrorCode::timeout: return "late";
    case ErrorCode::corrupt: return "no_answer_in_http";
    default: return "not_reached";
  }
}

bool is_taken(const Result<int>& status) {
  return status && *status >= 200 && *status < 300;
}

}  // namespace

AlertStatistics AlertSender::statistics() const {
  return {sent_, failures_, given_up_, 0};
}

Task<void> AlertSender::run() {
  const auto tell = [this](const Error& why) {
    parts_.log.error("alert_sending_waits", {{"code", why.code()}});
  };
  return repeat({limits_.pause, limits_.pause, [this] { return look_at_all(); }, tell},
                parts_.clock, stopping_);
}

Task<Result<void>> AlertSender::look_at_all() {
  Result<void> all;
  for (const Account* account : accounts_) {
    auto looked = co_await look(*account);
    if (!looked && all) all = std::move(looked);
  }
  co_return all;
}

Task<Result<void>> AlertSender::look(const Account& account) {
  CO_TRY_ASSIGN(const std::vector<WebhookRow> webhooks, co_await parts_.store.webhooks(account.id));
  const Instant now = parts_.clock.now();
  for (const WebhookRow& webhook : webhooks) {
    Receiver& receiver = receivers_[{account.id, webhook.id}];
    if (receiver.is_busy) continue;
    if (receiver.url != webhook.url) receiver = {webhook.url, false, 0, now};
    if (now < receiver.rests_until) continue;
    receiver.is_busy = true;
    parts_.loop.start(serve(account, webhook.id));
  }
  co_return Result<void>();
}

// All that is due, until one is not taken.
Task<void> AlertSender::serve(const Account& account, WebhookId id) {
  bool goes_on = true;
  while (goes_on && !stopping_) {
    const Result<bool> sent = co_await send_next(account, id);
    // A store that cannot be written: what was taken would be sent again at once, and again.
    if (!sent) rest(receivers_[{account.id, id}]);
    goes_on = sent && *sent;
  }
  receivers_[{account.id, id}].is_busy = false;
}

// As the webhook is now: it may have another URL or secret since the last one was sent.
Task<Result<bool>> AlertSender::send_next(const Account& account, WebhookId id) {
  CO_TRY_ASSIGN(const std::vector<WebhookRow> webhooks, co_await parts_.store.webhooks(account.id));
  const auto is_it = [id](const WebhookRow& one) { return one.id == id; };
  const auto webhook = std::find_if(webhooks.begin(), webhooks.end(), is_it);
  if (webhook == webhooks.end()) co_return false;
  CO_TRY_ASSIGN(const std::vector<AlertRow> due,
                co_await parts_.store.due_alerts(account.id, id, parts_.clock.now(), 1));
  if (due.empty()) co_return false;
  const AlertRow& alert = due.front();
  auto message = post_of(account, *webhook, alert);
  Result<int> status = message ? Result<int>(0) : Result<int>(message.error());
  if (message) status = co_await post_(*std::move(message));
  if (!is_taken(status)) {
    CO_TRY(co_await delay(account, *webhook, alert, status));
    CO_TRY(co_await give_up(account, *webhook));
    co_return false;
  }
  receivers_[{account.id, id}].failures = 0;
  WriteBatch batch;
  batch.emplace_back(DeleteAlert{account.id, id, alert.id});
  CO_TRY(co_await parts_.store.commit(std::move(batch)));
  ++sent_;
  co_return true;
}

Result<HttpsPost> AlertSender::post_of(const Account& account, const WebhookRow& webhook,
                                       const AlertRow& alert) const {
  const Instant now = parts_.clock.now();
  TRY_ASSIGN(const std::string text, url_of(account, webhook));
  TRY_ASSIGN(HttpsUrl url, HttpsUrl::parse(text));
  TRY_ASSIGN(const std::vector<Key256> secrets, secrets_of(account, webhook, now));
  return signed_post({std::move(url), "msg_" + alert.id.text(), alert.body}, secrets, now);
}

Task<Result<void>> AlertSender::delay(const Account& account, const WebhookRow& webhook,
                                      const AlertRow& alert, const Result<int>& status) {
  ++failures_;
  Receiver& receiver = receivers_[{account.id, webhook.id}];
  if (receiver.failures == 0) {
    parts_.log.warning("alert_not_taken", {{"webhook", webhook.id}, {"why", why_not(status)}});
  }
  rest(receiver);
  WriteBatch batch;
  batch.emplace_back(
      DelayAlert{account.id, webhook.id, alert.id, alert.attempts + 1, receiver.rests_until});
  co_return co_await parts_.store.commit(std::move(batch));
}

// Of those that have waited too long, however often each was tried.
Task<Result<void>> AlertSender::give_up(const Account& account, const WebhookRow& webhook) {
  const Instant now = parts_.clock.now();
  CO_TRY_ASSIGN(
      const std::vector<AlertRow> waiting,
      co_await parts_.store.due_alerts(account.id, webhook.id,
                                       now + std::chrono::duration_cast<Ticks>(2 * limits_.longest),
                                       given_up_at_once_max));
  WriteBatch batch;
  for (const AlertRow& alert : waiting) {
    if (now - alert.created_at < limits_.give_up) continue;
    batch.emplace_back(DeleteAlert{account.id, webhook.id, alert.id});
  }
  if (batch.empty()) co_return Result<void>();
  const auto count = static_cast<std::uint32_t>(batch.size());
  AuditEntry entry = entry_by(by_itself("alerts"), account.id, "GiveUpAlerts", now, parts_.random);
  entry.outcome = AuditOutcome::failed;
  entry.target = webhook.id.text();
  entry.count = count;
  batch.emplace_back(InsertOutbox{{account.id, entry.id, parts_.audit.encode_for_outbox(entry)}});
  CO_TRY(co_await parts_.store.commit(std::move(batch)));
  given_up_ += count;
  co_return Result<void>();
}

void AlertSender::rest(Receiver& receiver) const {
  const auto pause = pause_after(receiver.failures++);
  receiver.rests_until = parts_.clock.now() + std::chrono::duration_cast<Ticks>(pause);
}

// Between half of it and all of it, so that those who failed together do not come back together.
std::chrono::milliseconds AlertSender::pause_after(std::uint32_t failures) const {
  const auto doubled = limits_.first * (1U << std::min(failures, doublings_max));
  const std::int64_t whole_ms = std::min(doubled, limits_.longest).count();
  std::array<std::uint8_t, 4> drawn{};
  parts_.random.fill(drawn);
  const std::int64_t half_ms = whole_ms / 2;
  return std::chrono::milliseconds(half_ms + read_u32be(drawn) % (half_ms + 1));
}

}  // namespace velum
