#pragma once
// Pruner: takes the values whose fields' "retentionDays" are over out of the stored documents, old
// versions included. Nobody is shown them before it comes: see retention.h.
//
// Which versions hold one is seen in their masked renditions; class P is opened of those alone, and
// both renditions are sealed again in the place of the old ones. Each version's new envelope is on
// record in the same commit, so what the audit log names is what is there. It destroys nothing
// while the clocks disagree, goes by the one that is behind, and for a day after a start by what
// was known of the time before. A process that cannot open class P leaves the work to one that can.

#include <atomic>
#include <chrono>
#include <optional>
#include <vector>

#include "profile/account.h"
#include "profile/background_parts.h"

namespace velum {

class Pruner {
 public:
  static constexpr std::chrono::hours interval{1};

  // The accounts outlive it.
  Pruner(const BackgroundParts& parts, std::vector<const Account*> accounts)
      : parts_(parts), accounts_(std::move(accounts)) {}

  // Prunes at once, and then until stop(). Start it once.
  Task<void> run();
  // One pass over all versions, or to stop(). What it cannot do now the next one does.
  Task<Result<void>> prune();
  void stop() { stopping_ = true; }  // Any thread. run() ends a moment later.

 private:
  // Two operations a version: its renditions, and the entry.
  struct Pruned {
    ReplaceRenditions renditions;
    InsertOutbox entry;
  };
  struct Pass {
    bool has_worked = false;   // There is a schema that does not keep everything.
    std::uint64_t failed = 0;  // They cannot be read.
  };

  Task<Result<void>> prune_all(const Account& account, WalkedVersions versions, Pass& pass);
  Task<Result<void>> prune_page(const Account& account, const std::vector<WalkedVersion>& page,
                                Instant settled, Pass& pass);
  // Nothing, if it holds nothing that is over.
  Task<Result<std::optional<Pruned>>> prune_one(const Account& account,
                                                const WalkedVersion& version, Instant settled);
  Task<Result<bool>> holds_expired(const Account& account, const WalkedVersion& version,
                                   Instant settled);
  Task<Result<Pruned>> pruned(const Account& account, const WalkedVersion& version,
                              Instant settled);
  Task<Result<void>> commit(std::vector<Pruned> all);
  AuditEntry entry_for(const WalkedVersion& version) const;

  BackgroundParts parts_;
  std::vector<const Account*> accounts_;
  bool scrub_due_ = true;  // Also of what the process before this one left.
  std::atomic<bool> stopping_{false};
};

}  // namespace velum
