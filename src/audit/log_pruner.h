#pragma once
// LogPruner: gives up the log's entries that are older than a policy keeps them: pruning.h. On the
// background's loop.
//
// It destroys nothing while the clocks disagree, goes by the one that is behind, for a day after a
// start by what was known of the time before, and not before the store has run for as long as
// entries are kept: a clock that leaps, or was behind, takes no evidence away.

#include <atomic>
#include <chrono>
#include <vector>

#include "audit/audit_log.h"
#include "base/log.h"
#include "base/random.h"
#include "base/trusted_clock.h"
#include "io/event_loop.h"

namespace velum {

class LogPruner {
 public:
  static constexpr std::chrono::hours interval{1};
  // A store's budgets are found in the last day, and a breach is looked for in the last weeks.
  static constexpr std::chrono::days kept_min{30};

  // All of it outlives the pruner.
  struct Parts {
    EventLoop& loop;
    AuditLog& audit;
    TrustedClock& clock;
    Random& random;
    Log& log;
  };
  LogPruner(const Parts& parts, std::vector<AccountId> accounts, std::chrono::days kept)
      : parts_(parts), accounts_(std::move(accounts)), kept_(kept) {}

  // Prunes at once, and then until stop(). Start it once.
  Task<void> run();
  // One pass over all logs, or to stop().
  Task<Result<void>> prune();
  void stop() { stopping_ = true; }  // Any thread. run() ends a moment later.

 private:
  Task<Result<void>> prune_log(AccountId account, Instant before);
  AuditEntry entry_for(AccountId account, std::uint64_t count) const;

  Parts parts_;
  std::vector<AccountId> accounts_;
  std::chrono::days kept_;
  std::atomic<bool> stopping_{false};
};

}  // namespace velum
