#include "node.h"

#include <utility>

#include "json/value.h"
#include "keys/key_file.h"
#include "profile/schema_revisions.h"

namespace velum {

Result<void> Node::open_accounts(std::vector<AccountRow> rows, std::vector<AuditAccount>& logs) {
  const DefaultSchemas schemas = EntitySchemas::defaults();
  for (AccountRow& row : rows) {
    TRY_ASSIGN(const json::Document settings, json::Document::parse(row.settings));
    const json::Value* mask = settings.root().find("mask");
    const bool fixed = mask != nullptr && mask->is_string() && mask->text() == "fixed";
    TRY_ASSIGN(
        std::unique_ptr<const Vault> vault,
        Vault::open(*roots, {row.id, row.region},
                    {row.wrapped_full, row.wrapped_masked, row.wrapped_index, row.wrapped_signing},
                    world.random));
    // `accounts` outlives the audit log, and with it this pointer.
    logs.push_back(
        {row.id, row.name, row.region, vault->audit_public_key(),
         [signer = vault.get()](ByteView message) { return signer->sign_audit(message); }});
    auto account = std::make_unique<Account>();
    account->id = row.id;
    account->name = std::move(row.name);
    account->region = std::move(row.region);
    account->mask_style = fixed ? MaskStyle::fixed : MaskStyle::documented;
    account->vault = std::move(vault);
    account->schemas = std::make_unique<EntitySchemas>(schemas);
    TRY(loop.run_to_end(load_schemas(*store, *account)));
    TRY_ASSIGN(AccessRows rules, loop.run_to_end(store->access(account->id)));
    access.publish(std::make_shared<AccountAccess>(std::move(rules)));
    accounts.add(std::move(account));
  }
  return {};
}

Result<std::unique_ptr<Node>> Node::open(const World& from, const NodeOptions& options) {
  std::unique_ptr<Node> node(new Node(from));
  const World& world = node->world;
  node->data = data_directory(options.data);
  const std::string root_key =
      options.root_key.empty() ? node->data.default_root_key() : options.root_key;
  TRY_ASSIGN(node->lock, lock_data_directory(world.files, node->data));
  TRY_ASSIGN(RootKeys roots, load_key_file(world.files, root_key, KeyScope::everything));
  node->roots = std::make_unique<RootKeys>(std::move(roots));
  TRY_ASSIGN(node->ledger, ErasureLedger::open(world.files, {root_key, options.ledger_copy},
                                               node->roots->ledger_seed));
  SqliteOptions store = options.store;
  store.path = node->data.database();
  TRY_ASSIGN(node->database,
             SqliteDatabase::open(world.files, store, world.clock, world.random, world.log));
  SqliteOptions shop = options.store;
  shop.path = node->data.commerce();
  TRY_ASSIGN(node->commerce,
             CommerceDatabase::open(world.files, shop, world.clock, world.random, world.log));
  TRY_ASSIGN(node->store, node->database->make_store(node->loop));
  TRY_ASSIGN(node->commerce_store, node->commerce->make_store());
  node->forgetting.emplace(*node->commerce_store);
  TRY_ASSIGN(std::vector<AccountRow> rows, node->loop.run_to_end(node->store->accounts()));
  std::vector<AccountId> ids;
  ids.reserve(rows.size());
  for (const AccountRow& row : rows) ids.push_back(row.id);
  TRY(node->loop.run_to_end(Sweeper::resume(node->clock, options.clock_trust, *node->store, ids)));
  std::vector<AuditAccount> logs;
  TRY(node->open_accounts(std::move(rows), logs));
  TRY_ASSIGN(node->audit, AuditLog::open(world.files, node->data.audit(), std::move(logs),
                                         world.log, options.audit));

  node->mover.emplace(node->loop, *node->store, *node->audit, world.log);
  const BackgroundParts background{node->loop,  *node->store, *node->audit, *node->mover,
                                   node->clock, world.random, world.log};
  node->sweeper.emplace(background, ids);
  node->pruner.emplace(background, node->accounts.all());
  node->remasker.emplace(Remasker::Parts{node->loop, *node->store, *node->audit, *node->mover,
                                         world.clock, world.random, world.log},
                         node->accounts.all());
  node->eraser.emplace(EraserParts{*node->store, *node->audit, *node->ledger, world.clock,
                                   world.random, world.log, &*node->forgetting});
  TRY(node->loop.run_to_end(node->eraser->replay(std::move(ids))));
  TRY(node->loop.run_to_end(node->mover->drain()));
  return node;
}

}  // namespace velum
