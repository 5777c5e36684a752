#pragma once
// AlertSettings: who receives an account's alerts, and which of its profiles are canaries. Each
// change is committed with its audit entry, whose target is the webhook's id.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "alerts/alert.h"
#include "audit/audit_log.h"
#include "base/random.h"
#include "base/sensitive.h"
#include "io/task.h"
#include "profile/document_engine.h"
#include "storage/store.h"

namespace velum {

struct AlertSettingsParts {
  Store& store;
  AuditLog& audit;
  const Clock& clock;
  Random& random;
};

struct WebhookFields {
  std::string url;
  std::vector<AlertKind> events;  // None: all.
};

struct Webhook {
  WebhookRow row;
  std::string url;
};

struct IssuedWebhook {
  Webhook webhook;
  Key256 secret;  // Told once.
};

// For one receiver. What would be more is dropped, and counted: it has been away for long then, and
// keeps nothing from the others. The log still says it all.
constexpr std::uint64_t alerts_waiting_max = 1'000;

class AlertSettings {
 public:
  static constexpr std::size_t webhooks_max = 10;
  static constexpr std::size_t canaries_max = 1'000;

  // What the parts refer to outlives it.
  explicit AlertSettings(const AlertSettingsParts& parts) : parts_(parts) {}

  // These fail with not_found for what the account does not have, with invalid_argument for a URL
  // that is none, and with conflict where there are too many.
  Task<Result<std::vector<Webhook>>> list(const Account& account);
  Task<Result<Webhook>> find(const Account& account, WebhookId id);
  Task<Result<IssuedWebhook>> create(Caller caller, WebhookFields fields);
  Task<Result<Webhook>> change(Caller caller, WebhookId id, WebhookFields fields);
  Task<Result<void>> remove(Caller caller, WebhookId id);
  // The secret until now signs as well, for `overlap`.
  Task<Result<IssuedWebhook>> rotate(Caller caller, WebhookId id, std::chrono::seconds overlap);
  // Sends an alert that says nothing but that it is a test. Fails with conflict where as many wait
  // already as may.
  Task<Result<void>> test(Caller caller, WebhookId id);

  // Of a profile that is there. Again changes nothing.
  Task<Result<void>> mark(Caller caller, Token subject);
  Task<Result<void>> unmark(Caller caller, Token subject);

 private:
  using Edit = std::function<void(Webhook&)>;
  Task<Result<Webhook>> update(Caller caller, WebhookId id, std::string_view action, Edit edit);
  AuditEntry entry_for(const Caller& caller, std::string_view action, std::string target) const;
  Task<Result<void>> commit(WriteBatch batch, AuditEntry entry);
  static void set(const Account& account, const WebhookFields& fields, Webhook& webhook);

  AlertSettingsParts parts_;
};

// Fails with corrupt.
Result<std::string> url_of(const Account& account, const WebhookRow& row);

// How many entries an account's audit log has.
Result<std::uint64_t> log_size(const AuditLog& audit, AccountId account);

// Of a row's text: names with commas between, or nothing for all.
bool wants(const WebhookRow& row, AlertKind kind);

}  // namespace velum
