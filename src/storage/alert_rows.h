#pragma once
// What the store (store.h) keeps of alerts: their receivers, those that wait, and canaries; and its
// writes of them. Each operation names the error that fails it.

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"

namespace velum {

// A receiver of an account's alerts. Its URL and its secrets are sealed (keys/vault.h).
struct WebhookRow {
  AccountId account{};
  WebhookId id;
  Bytes url;
  std::string events;  // Names of what it receives, with commas between; empty: all.
  Bytes secret;
  Bytes older_secret;  // The one before, which signs too until `older_ends_at`; or empty.
  std::optional<Instant> older_ends_at;
  Instant created_at;
  std::uint64_t next_entry = 0;  // The audit log's entries before it are not looked at again.
};

// An alert that a receiver has not taken yet.
struct AlertRow {
  AccountId account{};
  WebhookId webhook;
  AlertId id;
  std::string body;
  std::uint32_t attempts = 0;
  Instant created_at;
  Instant due_at;
};

// A subject that nobody has a reason to look at. Stays when the subject is deleted: who looked at
// it before is still to be found out.
struct CanaryRow {
  AccountId account{};
  Token subject;
  PrincipalId author;
  Instant created_at;
};

struct InsertWebhook {  // already_exists
  WebhookRow row;
};
// version_mismatch, unless it has this URL and this secret still. Its age stays, and its place in
// the log.
struct UpdateWebhook {
  WebhookRow row;
  Bytes expected_url;
  Bytes expected_secret;
};
struct DeleteWebhook {  // not_found. Takes its alerts with it.
  AccountId account{};
  WebhookId id;
};
struct AdvanceWebhook {  // not_found
  AccountId account{};
  WebhookId id;
  std::uint64_t next_entry = 0;
};
struct InsertAlert {  // Never fails. One that waits already stays as it is.
  AlertRow row;
};
struct DelayAlert {  // Never fails.
  AccountId account{};
  WebhookId webhook;
  AlertId id;
  std::uint32_t attempts = 0;
  Instant due_at;
};
struct DeleteAlert {  // Never fails.
  AccountId account{};
  WebhookId webhook;
  AlertId id;
};
struct PutCanary {  // Never fails. One that is there stays as it is.
  CanaryRow row;
};
struct DeleteCanary {  // not_found
  AccountId account{};
  Token subject;
};

}  // namespace velum
