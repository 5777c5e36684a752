#pragma once
// Remasker: after a schema has changed, makes the masked renditions of its entity again, old
// versions included, under the schema that is current then. Until it has come to one, readers are
// shown less than the new schema allows, and never more (schema_revisions.h).
//
// Each commit holds some renditions (at most 64, and no more once they are 4 MiB), how far the job
// is, and one audit entry that says how many it opened class P for. So a job goes on after a crash
// where it was, and none of its work is unlogged. It never makes anything that is not there: what
// is deleted or erased meanwhile stays so. A process that cannot open class P leaves jobs open for
// one that can.

#include <atomic>
#include <map>
#include <span>
#include <vector>

#include "audit/audit_log.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "io/event_loop.h"
#include "profile/account.h"
#include "profile/outbox_mover.h"
#include "storage/store.h"

namespace velum {

class Remasker {
 public:
  struct Parts {
    EventLoop& loop;
    Store& store;  // Of that loop.
    AuditLog& audit;
    const OutboxMover& outbox;
    const Clock& clock;
    Random& random;
    Log& log;
  };
  // What the parts refer to, and the accounts, outlive it.
  Remasker(const Parts& parts, std::vector<const Account*> accounts)
      : parts_(parts), accounts_(std::move(accounts)) {}

  // Takes up what a crash left, and then each job that a request begins, until stop(). Start it
  // once.
  Task<void> run();
  // Takes all jobs there are to their end, or to stop().
  Task<Result<void>> work();
  void stop() { stopping_ = true; }  // Any thread. run() ends a moment later.

 private:
  // One job on its way.
  struct Pass {
    JobRow job;
    WalkPlace place;
    // Of this pass. A job ends with one that had nothing to make from the first key to the last:
    // writes that were under way when the schema changed may have come behind the one before.
    std::uint64_t remade = 0;
    std::uint64_t failed = 0;
  };

  Task<Result<void>> finish(const Account& account, JobRow job);
  Task<Result<void>> begin(const Account& account, JobRow& job);
  Task<Result<bool>> step(const Account& account, Pass& pass);
  Task<Result<std::size_t>> remake(const Account& account, Pass& pass,
                                   std::span<const WalkedVersion> stale);
  Task<Result<std::optional<ReplaceMasked>>> made_again(const Account& account,
                                                        const WalkedVersion& version,
                                                        const InternalUsePermit& permit);
  AuditEntry entry_for(const Account& account, const JobRow& job) const;
  static std::uint64_t revisions_of(const Account& account);

  Parts parts_;
  std::vector<const Account*> accounts_;
  std::map<AccountId, std::uint64_t> seen_;  // The revisions whose jobs are done.
  std::atomic<bool> stopping_{false};
};

}  // namespace velum
