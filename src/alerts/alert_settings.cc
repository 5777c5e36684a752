#include "alerts/alert_settings.h"

#include <algorithm>
#include <utility>

#include "http/https_url.h"
#include "keys/vault.h"

namespace velum {
namespace {

Error no_such_webhook() {
  return {ErrorCode::not_found, "there is no such webhook"};
}

std::string joined(const std::vector<AlertKind>& events) {
  std::string text;
  for (const AlertKind kind : events) {
    if (!text.empty()) text += ',';
    text += alert_name(kind);
  }
  return text;
}

}  // namespace

Result<std::string> url_of(const Account& account, const WebhookRow& row) {
  TRY_ASSIGN(const Sensitive url, account.vault->open_webhook(row.id, WebhookPart::url, row.url));
  return std::string(url.text());
}

Result<std::uint64_t> log_size(const AuditLog& audit, AccountId account) {
  AuditSearch newest;
  newest.limit = 1;
  TRY_ASSIGN(const AuditPage page, audit.search(account, newest));
  if (page.entries.empty()) return std::uint64_t{0};
  // The newest one's own number is where the next page begins; there is none behind the first one.
  return page.next.value_or(audit.pruned(account)) + 1;
}

bool wants(const WebhookRow& row, AlertKind kind) {
  if (row.events.empty() || kind == AlertKind::test) return true;
  return ("," + row.events + ",").find("," + std::string(alert_name(kind)) + ",") !=
         std::string::npos;
}

AuditEntry AlertSettings::entry_for(const Caller& caller, std::string_view action,
                                    std::string target) const {
  AuditEntry entry =
      entry_by(caller.decision, caller.account->id, action, parts_.clock.now(), parts_.random);
  entry.target = std::move(target);
  entry.request = caller.request;
  return entry;
}

Task<Result<void>> AlertSettings::commit(WriteBatch batch, AuditEntry entry) {
  batch.emplace_back(
      InsertOutbox{{entry.account, entry.id, parts_.audit.encode_for_outbox(entry)}});
  co_return co_await parts_.store.commit(std::move(batch));
}

Task<Result<std::vector<Webhook>>> AlertSettings::list(const Account& account) {
  CO_TRY_ASSIGN(std::vector<WebhookRow> rows, co_await parts_.store.webhooks(account.id));
  std::vector<Webhook> webhooks;
  for (WebhookRow& row : rows) {
    CO_TRY_ASSIGN(std::string url, url_of(account, row));
    webhooks.push_back({std::move(row), std::move(url)});
  }
  co_return webhooks;
}

Task<Result<Webhook>> AlertSettings::find(const Account& account, WebhookId id) {
  CO_TRY_ASSIGN(std::vector<Webhook> all, co_await list(account));
  const auto found =
      std::find_if(all.begin(), all.end(), [id](const Webhook& one) { return one.row.id == id; });
  if (found == all.end()) co_return no_such_webhook();
  co_return std::move(*found);
}

void AlertSettings::set(const Account& account, const WebhookFields& fields, Webhook& webhook) {
  webhook.url = fields.url;
  webhook.row.url =
      account.vault->seal_webhook(webhook.row.id, WebhookPart::url, as_bytes(webhook.url));
  webhook.row.events = joined(fields.events);
}

Task<Result<IssuedWebhook>> AlertSettings::create(Caller caller, WebhookFields fields) {
  const Account& account = *caller.account;
  CO_TRY(HttpsUrl::parse(fields.url));
  CO_TRY_ASSIGN(const std::vector<WebhookRow> rows, co_await parts_.store.webhooks(account.id));
  if (rows.size() >= webhooks_max) {
    co_return Error(ErrorCode::conflict, "an account has at most 10 webhooks");
  }
  IssuedWebhook issued;
  WebhookRow& row = issued.webhook.row;
  row.account = account.id;
  row.id = WebhookId::random(parts_.random);
  set(account, fields, issued.webhook);
  parts_.random.fill(issued.secret.mutable_bytes());
  row.secret = account.vault->seal_webhook(row.id, WebhookPart::secret, issued.secret.bytes());
  row.created_at = parts_.clock.now();
  CO_TRY_ASSIGN(row.next_entry, log_size(parts_.audit, account.id));
  WriteBatch batch;
  batch.emplace_back(InsertWebhook{row});
  AuditEntry entry = entry_for(caller, "CreateWebhook", row.id.text());
  CO_TRY(co_await commit(std::move(batch), std::move(entry)));
  co_return issued;
}

// Of two changes at once the later one begins with what the earlier one made: neither brings back a
// secret that the other took away, or a webhook that was deleted.
Task<Result<Webhook>> AlertSettings::update(Caller caller, WebhookId id, std::string_view action,
                                            Edit edit) {
  while (true) {
    CO_TRY_ASSIGN(Webhook webhook, co_await find(*caller.account, id));
    UpdateWebhook change{{}, webhook.row.url, webhook.row.secret};
    edit(webhook);
    change.row = webhook.row;
    WriteBatch batch;
    batch.emplace_back(std::move(change));
    AuditEntry entry = entry_for(caller, action, id.text());
    const auto done = co_await commit(std::move(batch), std::move(entry));
    if (done) co_return webhook;
    if (done.error().code() != ErrorCode::version_mismatch) co_return done.error();
  }
}

Task<Result<Webhook>> AlertSettings::change(Caller caller, WebhookId id, WebhookFields fields) {
  CO_TRY(HttpsUrl::parse(fields.url));
  Edit edit = [account = caller.account, fields = std::move(fields)](Webhook& webhook) {
    set(*account, fields, webhook);
  };
  co_return co_await update(std::move(caller), id, "UpdateWebhook", std::move(edit));
}

Task<Result<void>> AlertSettings::remove(Caller caller, WebhookId id) {
  CO_TRY(co_await find(*caller.account, id));
  WriteBatch batch;
  batch.emplace_back(DeleteWebhook{caller.account->id, id});
  AuditEntry entry = entry_for(caller, "DeleteWebhook", id.text());
  co_return co_await commit(std::move(batch), std::move(entry));
}

Task<Result<IssuedWebhook>> AlertSettings::rotate(Caller caller, WebhookId id,
                                                  std::chrono::seconds overlap) {
  IssuedWebhook issued;
  parts_.random.fill(issued.secret.mutable_bytes());
  Edit edit = [&issued, account = caller.account,
               ends_at = parts_.clock.now() + overlap](Webhook& webhook) {
    WebhookRow& row = webhook.row;
    row.older_secret = std::move(row.secret);
    row.older_ends_at = ends_at;
    row.secret = account->vault->seal_webhook(row.id, WebhookPart::secret, issued.secret.bytes());
  };
  CO_TRY_ASSIGN(issued.webhook,
                co_await update(std::move(caller), id, "RotateWebhookSecret", std::move(edit)));
  co_return issued;
}

Task<Result<void>> AlertSettings::test(Caller caller, WebhookId id) {
  const Account& account = *caller.account;
  CO_TRY(co_await find(account, id));
  CO_TRY_ASSIGN(const std::uint64_t waiting, co_await parts_.store.alert_count(account.id, id));
  if (waiting >= alerts_waiting_max) {
    co_return Error(ErrorCode::conflict, "1000 alerts wait for this webhook already");
  }
  const Instant now = parts_.clock.now();
  const AlertId alert_id = AlertId::random(parts_.random);
  Alert alert = alert_of({AlertKind::test, account.id, account.name, alert_id, now});
  WriteBatch batch;
  batch.emplace_back(InsertAlert{{account.id, id, alert.id, std::move(alert.body), 0, now, now}});
  AuditEntry entry = entry_for(caller, "TestWebhook", id.text());
  co_return co_await commit(std::move(batch), std::move(entry));
}

Task<Result<void>> AlertSettings::mark(Caller caller, Token subject) {
  const AccountId account = caller.account->id;
  CO_TRY_ASSIGN(const std::vector<CanaryRow> marked, co_await parts_.store.canaries(account));
  if (marked.size() >= canaries_max) {
    co_return Error(ErrorCode::conflict, "an account has at most 1000 canaries");
  }
  const Instant now = parts_.clock.now();
  WriteBatch batch;
  batch.emplace_back(RequireSubject{account, subject, EntityId::profile, now});
  batch.emplace_back(PutCanary{{account, subject, caller.decision.principal.id, now}});
  AuditEntry entry = entry_for(caller, "PutCanary", "");
  entry.token = subject;
  co_return co_await commit(std::move(batch), std::move(entry));
}

Task<Result<void>> AlertSettings::unmark(Caller caller, Token subject) {
  WriteBatch batch;
  batch.emplace_back(DeleteCanary{caller.account->id, subject});
  AuditEntry entry = entry_for(caller, "DeleteCanary", "");
  entry.token = subject;
  co_return co_await commit(std::move(batch), std::move(entry));
}

}  // namespace velum
