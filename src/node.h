#pragma once
// Node: one data directory, opened: keys, ledger, database, accounts, audit log. What `serve`, and
// every command that changes a store by itself, begins with. Part of the composition root.
//
// Members end in the reverse order: what is made later may use what was made earlier.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/access_directory.h"
#include "audit/audit_log.h"
#include "cli/data_directory.h"
#include "io/event_loop.h"
#include "io/world.h"
#include "keys/erasure_ledger.h"
#include "keys/root_keys.h"
#include "profile/outbox_mover.h"
#include "profile/pruner.h"
#include "profile/remasker.h"
#include "profile/sweeper.h"
#include "rights/eraser.h"
#include "server/accounts.h"
#include "server/commerce_forgetting.h"
#include "storage/sqlite/commerce_database.h"
#include "storage/sqlite/database.h"

namespace velum {

struct NodeOptions {
  std::string data;
  std::string root_key;     // Empty: DATA.root-key
  std::string ledger_copy;  // Empty: none.
  SqliteOptions store{};    // The path is the directory's.
  AuditOptions audit{};
  ClockTrust clock_trust = ClockTrust::what_was_saved;
};

class Node {
 public:
  // Fails with locked while another process has the directory. Erasures that the ledger knows are
  // replayed, and the outbox is emptied into the log, before this returns.
  static Result<std::unique_ptr<Node>> open(const World& from, const NodeOptions& options);

  TrustedClock clock;
  World world;     // With that clock.
  EventLoop loop;  // The background's. Outlives the threads of the database and the audit log.
  DataDirectory data;
  std::unique_ptr<File> lock;
  std::unique_ptr<RootKeys> roots;
  std::unique_ptr<ErasureLedger> ledger;
  std::unique_ptr<SqliteDatabase> database;
  std::unique_ptr<CommerceDatabase> commerce;
  Accounts accounts;
  AccessDirectory access;
  std::unique_ptr<AuditLog> audit;

  // The background's: moves the outbox, sweeps, prunes, remasks, and does what administrators ask
  // for.
  std::unique_ptr<Store> store;
  std::unique_ptr<CommerceStore> commerce_store;
  std::optional<CommerceForgetting> forgetting;
  std::optional<OutboxMover> mover;
  std::optional<Sweeper> sweeper;
  std::optional<Pruner> pruner;
  std::optional<Remasker> remasker;
  std::optional<Eraser> eraser;

 private:
  explicit Node(const World& from)
      : clock(from.clock), world{from.files, clock, from.random, from.log} {}
  Result<void> open_accounts(std::vector<AccountRow> rows, std::vector<AuditAccount>& logs);
};

}  // namespace velum
