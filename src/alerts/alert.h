#pragma once
// Alert: what is worth waking somebody for, as a webhook says it. Who did what and when, and the
// number of the audit log's entry that has the rest: nothing about the person that it is about, not
// even a token.

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace velum {

enum class AlertKind : std::uint8_t {
  canary_revealed,      // "canary.revealed": somebody saw what nobody has a reason to look at.
  canary_unmarked,      // "canary.unmarked"
  budget_exceeded,      // "budget.exceeded": once a key, a budget and its window.
  break_glass,          // "break_glass.used"
  audit_unavailable,    // "audit.unavailable": nothing can be revealed, or changed for long.
  verification_failed,  // "audit.verification_failed": the log's files are not what was signed.
  test,                 // "webhook.test": asked for.
};
inline constexpr std::array all_alert_kinds{AlertKind::canary_revealed,
                                            AlertKind::canary_unmarked,
                                            AlertKind::budget_exceeded,
                                            AlertKind::break_glass,
                                            AlertKind::audit_unavailable,
                                            AlertKind::verification_failed,
                                            AlertKind::test};
std::string_view alert_name(AlertKind kind);
std::optional<AlertKind> alert_named(std::string_view name);

struct Alert {
  AlertKind kind{};
  AlertId id;  // The same for whoever says the same: a receiver that got it twice can tell.
  std::string body;
};

// The number of an entry, and the entry: canonical JSON (audit/entry.h).
struct LoggedEntry {
  AccountId account{};
  std::uint64_t number = 0;
  std::string_view text;
};
// None for nearly all. Entries of one request about one canary give the same alert, and so do those
// of one key that goes on after its budget.
std::vector<Alert> alerts_of(const LoggedEntry& entry, const std::set<Token>& canaries);

// One that no entry says, for each time that it happens.
struct Event {
  AlertKind kind{};
  AccountId account{};
  std::string_view account_name;
  AlertId id;
  Instant at;
};
Alert alert_of(const Event& event);

// What a signed checkpoint (C2SP) is pushed as: {"type":"audit.checkpoint",...}
std::string checkpoint_body(std::string_view note, Instant at);

}  // namespace velum
