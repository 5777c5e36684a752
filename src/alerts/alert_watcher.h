#pragma once
// AlertWatcher: makes alerts of what the audit log says, and puts them where they wait for their
// receivers.
//
// It reads the log behind whoever writes it, so that no request waits for an alert, and none is
// lost: how far it has come is committed together with the alerts that it made. What the log cannot
// say, since it is the log that fails, is noticed here too.
//
// On a loop of its own with its store. The references outlive it.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "alerts/alert.h"
#include "alerts/log_patrol.h"
#include "audit/audit_log.h"
#include "base/log.h"
#include "base/random.h"
#include "io/event_loop.h"
#include "profile/account.h"
#include "storage/store.h"

namespace velum {

struct AlertParts {
  EventLoop& loop;
  Store& store;  // Of that loop.
  AuditLog& audit;
  const Clock& clock;
  Random& random;
  Log& log;
};

class AlertWatcher {
 public:
  AlertWatcher(const AlertParts& parts, std::vector<const Account*> accounts)
      : parts_(parts), accounts_(std::move(accounts)), patrol_(parts.audit) {}

  // Until stop(). Start it once.
  Task<void> run();
  void stop() { stopping_ = true; }  // Any thread.
  // One look at everything: true if there is more to look at already. Where something fails, the
  // rest is looked at all the same.
  Task<Result<bool>> look();

  std::uint64_t dropped() const { return dropped_; }  // Any thread.

 private:
  struct Found {
    std::uint64_t number = 0;  // Of the entry.
    Alert alert;
  };
  struct Batch {
    WriteBatch writes;
    std::uint64_t dropped = 0;
  };

  Task<Result<void>> look_at_all();
  Task<Result<bool>> look_at(const Account& account);
  void patrol();
  Task<Result<bool>> read_on(const Account& account);
  Task<Result<std::vector<Found>>> find(const Account& account, std::uint64_t from,
                                        std::uint64_t to);
  Task<Result<void>> add(const WebhookRow& webhook, const std::vector<Found>& found, Batch& batch);
  Task<Result<void>> commit(Batch batch);
  Task<Result<void>> tell_failure(AlertKind kind, const Account& account, bool fails);
  Task<Result<void>> put_event(AlertKind kind, const Account& account);
  void forget_old();

  AlertParts parts_;
  std::vector<const Account*> accounts_;
  LogPatrol patrol_;
  std::size_t patrol_turn_ = 0;                        // Whose log is looked at next,
  std::chrono::nanoseconds patrol_at_{};               // and when.
  std::map<AccountId, std::uint64_t> looked_at_;       // Entries before this one.
  std::map<AlertId, Instant> exceeded_;                // Budgets that were told of, and when.
  std::set<std::pair<AccountId, AlertKind>> failing_;  // And told.
  std::atomic<std::uint64_t> dropped_{0};
  std::atomic<bool> stopping_{false};
};

}  // namespace velum
