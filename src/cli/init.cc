#include "cli/init.h"

#include <algorithm>
#include <utility>

#include "access/app_keys.h"
#include "cli/data_directory.h"
#include "io/event_loop.h"
#include "keys/key_file.h"
#include "keys/root_keys.h"
#include "keys/vault.h"
#include "storage/sqlite/database.h"

namespace velum {
namespace {

// A name is part of host names, paths and the audit log's origin. Beside the accounts' trees the
// log has its journal.
bool is_name(std::string_view name) {
  const auto fits = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
  };
  return !name.empty() && name.size() <= 63 && name.front() != '-' && name != "journal" &&
         std::all_of(name.begin(), name.end(), fits);
}

Result<void> check_names(const InitCommand& command) {
  if (is_name(command.account) && is_name(command.region)) return {};
  return Error(
      ErrorCode::invalid_argument,
      "account and region are 1 to 63 of a-z, 0-9 and -, not beginning with -, and not journal");
}

Result<void> refuse_if_used(FileSystem& files, const DataDirectory& data) {
  TRY_ASSIGN(const bool exists, files.exists(data.path));
  if (!exists) return {};
  TRY_ASSIGN(const std::vector<std::string> inside, files.list(data.path));
  if (!inside.empty()) {
    return Error(ErrorCode::already_exists, "the directory is not empty", data.path);
  }
  return files.remove_directory(data.path);
}

// What a crashed init left was never renamed, so nobody relied on it. A directory of that name with
// anything else in it is somebody's own, and is left as it is.
Result<void> remove_leftover(FileSystem& files, const DataDirectory& draft) {
  TRY_ASSIGN(const bool exists, files.exists(draft.path));
  if (!exists) return {};
  const std::string database = draft.database();
  const std::string made[] = {
      database,          database + "-journal", database + "-wal",
      database + "-shm", draft.configuration(), draft.configuration() + ".new"};
  TRY_ASSIGN(std::vector<std::string> inside, files.list(draft.path));
  for (std::string& name : inside) {
    name.insert(0, draft.path + "/");
    if (std::find(std::begin(made), std::end(made), name) == std::end(made)) {
      return Error(ErrorCode::already_exists,
                   "init writes here first, and the directory has files of others", draft.path);
    }
  }
  for (const std::string& path : inside) TRY(files.remove(path));
  return files.remove_directory(draft.path);
}

AccountId random_account(Random& random) {
  std::array<std::uint8_t, 4> bytes{};
  random.fill(bytes);
  return AccountId{std::max(read_u32be(bytes) & 0x7FFF'FFFF, 1U)};
}

Result<void> fill_database(const DataDirectory& draft, const World& world, InsertAccount account,
                           InsertAppKey app_key) {
  EventLoop loop;  // Outlives the database, whose thread resumes what runs on it.
  TRY_ASSIGN(const auto database, SqliteDatabase::open(world.files, {draft.database()}, world.clock,
                                                       world.random, world.log));
  TRY_ASSIGN(const std::unique_ptr<Store> store, database->make_store(loop));
  WriteBatch batch;
  batch.emplace_back(std::move(account));
  batch.emplace_back(std::move(app_key));
  TRY(loop.run_to_end(store->commit(std::move(batch))));
  return loop.run_to_end(store->scrub());
}

}  // namespace

Result<NewAccount> make_account(const InitCommand& command, const RootKeys& roots,
                                const World& world) {
  TRY(check_names(command));
  const AccountId id = random_account(world.random);
  TRY_ASSIGN(WrappedStoreKeys keys,
             Vault::make_store_keys(roots, {id, command.region}, world.random));
  const std::string settings = "{\"mask\":\"" + command.mask + "\"}";
  return NewAccount{
      {id, command.account, command.region, settings, std::move(keys.full), std::move(keys.masked),
       std::move(keys.index), std::move(keys.signing)},
      make_app_key(id, command.account, "first key", "owner", world.clock, world.random)};
}

Result<NewStore> init_store(const InitCommand& command, const World& world) {
  FileSystem& files = world.files;
  const DataDirectory data = data_directory(command.data);
  const DataDirectory draft = data.draft();
  TRY(check_names(command));
  TRY_ASSIGN(const bool has_parent, files.exists(parent_directory(data.path)));
  if (!has_parent) {
    return Error(ErrorCode::not_found, "the directory above it does not exist", data.path);
  }
  TRY(refuse_if_used(files, data));
  TRY(remove_leftover(files, draft));

  const std::string root_key =
      command.root_key.empty() ? data.default_root_key() : command.root_key;
  TRY_ASSIGN(const bool has_key, files.exists(root_key));
  if (!has_key) TRY(create_key_file(files, root_key, world.random));
  TRY_ASSIGN(const RootKeys roots, load_key_file(files, root_key, KeyScope::everything));

  TRY_ASSIGN(NewAccount account, make_account(command, roots, world));
  NewStore result{account.app_key.row.app_key, std::move(account.app_key.token)};

  TRY(files.make_directory(draft.path));
  TRY(fill_database(draft, world, {std::move(account.row)}, {std::move(account.app_key.row)}));
  TRY(replace_file(files, draft.configuration(),
                   as_bytes("# Options of velum serve, for example:\n"
                            "# listen = \"127.0.0.1:8080\"\n"),
                   FileAccess::owner));
  TRY(files.rename(draft.path, data.path));
  TRY(files.sync_directory(parent_directory(data.path)));
  return result;
}

}  // namespace velum
