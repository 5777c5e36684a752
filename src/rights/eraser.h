#pragma once
// Eraser: makes a person unreadable, for good, in the order of docs/adr/0003-erasure-order.md:
//
//   audit entry -> ledger entry -> keys, documents and look-ups deleted in one commit
//   -> truncating checkpoint -> the modules forget -> audit completion -> ledger says done
//   -> answer
//
// Each step is durable before the next, and replay() takes up an erasure after any of them. The
// ledger outlives every restore, so replay() also removes those whom a restored copy brought back.
//
// Runs on one loop, with a Store of that loop. The ledger blocks for a few syncs, so this should
// not be a loop that serves.

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "audit/audit_log.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "keys/erasure_ledger.h"
#include "profile/document_engine.h"
#include "rights/forgetting.h"
#include "storage/store.h"

namespace velum {

struct EraserParts {
  Store& store;
  AuditLog& audit;
  ErasureLedger& ledger;
  const Clock& clock;
  Random& random;
  Log& log;
  Forgetting* elsewhere = nullptr;  // None: nothing of a person is outside the Profile System.
};

class Eraser {
 public:
  // What the parts refer to outlives the eraser.
  explicit Eraser(const EraserParts& parts)
      : parts_(parts),
        engine_({parts.store, parts.audit, parts.ledger, parts.clock, parts.random}) {}

  // Erases whoever holds this e-mail, and those who held it until they expired; says how many
  // subjects that were. An e-mail that nobody holds is a success. When it fails, what was begun is
  // finished by the next call for this account, before it answers, or at the next start.
  Task<Result<std::uint32_t>> erase_by_email(Caller caller, Sensitive email);

  // At start, before anything is served: deletes every subject of the ledger that is there (a crash
  // or a restored copy left it), and completes what was begun. `accounts` are all there are.
  Task<Result<void>> replay(std::vector<AccountId> accounts);

 private:
  Task<Result<void>> finish_begun(AccountId account);
  Task<Result<void>> erase(const Caller& caller, Token subject);
  Task<Result<void>> erase_holders(const Caller& caller, const Sensitive& email,
                                   std::set<Token>& erased);
  Task<Result<void>> finish(AuditEntry entry, Token subject);
  Task<Result<void>> forget_elsewhere(AccountId account, std::vector<Token> subjects);
  Task<Result<bool>> is_there(AccountId account, Token subject);
  AuditEntry entry_for(const Caller& caller, AuditOutcome outcome);
  AuditEntry replay_entry(AccountId account, Token subject);

  EraserParts parts_;
  DocumentEngine engine_;
};

}  // namespace velum
