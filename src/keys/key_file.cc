#include "keys/key_file.h"

#include <utility>

#include "keys/erasure_ledger.h"
#include "keys/key_text.h"

namespace velum {
namespace {

constexpr KeyTextTitle root_title = {"velum root keys ", "v1"};
constexpr KeyTextTitle epochs_title = {"velum epoch keys ", "v1"};

std::string epochs_path(const std::string& path) {
  return path + ".epochs";
}

Key256 random_key(Random& random) {
  Key256 key;
  random.fill(key.mutable_bytes());
  return key;
}

Result<void> write_roots(FileSystem& files, const std::string& path, const RootKeys& keys) {
  KeyTextWriter text(root_title);
  if (keys.full) text.add_key("root-p", *keys.full);
  text.add_key("root-m", keys.masked);
  text.add_key("ledger", keys.ledger_seed);
  return std::move(text).write(files, path, FileAccess::owner_read);
}

Result<void> write_epochs(FileSystem& files, const std::string& path, const RootKeys& keys) {
  KeyTextWriter text(epochs_title);
  text.add_number("current", keys.current_epoch);
  for (const auto& [number, epoch] : keys.epochs) {
    if (epoch.full) text.add_key("full-" + std::to_string(number), *epoch.full);
    text.add_key("masked-" + std::to_string(number), epoch.masked);
  }
  return std::move(text).write(files, path, FileAccess::owner);
}

Result<void> load_epochs(FileSystem& files, const std::string& path, KeyScope scope,
                         RootKeys& keys) {
  constexpr std::string_view prefix = "masked-";
  TRY_ASSIGN(KeyText text, KeyText::read(files, path, epochs_title));
  TRY_ASSIGN(keys.current_epoch, text.take_number("current"));
  while (const auto name = text.first_with(prefix)) {
    const auto number = parse_number(std::string_view(*name).substr(prefix.size()));
    if (!number) return Error(ErrorCode::corrupt, "an epoch's number is not one", path);
    EpochKeys& epoch = keys.epochs[*number];
    TRY_ASSIGN(epoch.masked, text.take_key(*name));
    const std::string full_name = "full-" + std::to_string(*number);
    if (scope == KeyScope::everything) {
      TRY_ASSIGN(Key256 full, text.take_key(full_name));
      epoch.full = std::move(full);
    } else {
      text.drop(full_name);
    }
  }
  if (!keys.epochs.contains(keys.current_epoch)) {
    return Error(ErrorCode::corrupt, "the key file lacks the current epoch", path);
  }
  return text.finish();
}

Result<void> refuse_existing(FileSystem& files, const std::string& path) {
  TRY_ASSIGN(const bool exists, files.exists(path));
  if (exists) {
    return Error(ErrorCode::already_exists, "there is a root key file already: it is kept", path);
  }
  return {};
}

}  // namespace

Result<void> create_key_file(FileSystem& files, const std::string& path, Random& random) {
  TRY(refuse_existing(files, path));
  RootKeys keys;
  keys.full = random_key(random);
  keys.masked = random_key(random);
  keys.ledger_seed = random_key(random);
  TRY_ASSIGN(const bool has_epochs, files.exists(epochs_path(path)));
  if (has_epochs) {
    TRY(load_epochs(files, epochs_path(path), KeyScope::everything, keys));
  } else {
    keys.current_epoch = 1;
    keys.epochs.emplace(1, EpochKeys{random_key(random), random_key(random)});
    TRY(write_epochs(files, epochs_path(path), keys));
  }
  TRY(ErasureLedger::create(files, {path, {}}, keys.ledger_seed));
  // Last: where there is a root key file, an absent ledger is a lost one.
  return write_roots(files, path, keys);
}

Result<RootKeys> load_key_file(FileSystem& files, const std::string& path, KeyScope scope) {
  TRY_ASSIGN(KeyText text, KeyText::read(files, path, root_title));
  RootKeys keys;
  TRY_ASSIGN(keys.masked, text.take_key("root-m"));
  TRY_ASSIGN(keys.ledger_seed, text.take_key("ledger"));
  if (scope == KeyScope::everything) {
    if (!text.has("root-p")) {
      return Error(ErrorCode::sealed, "the root key file has no key that can unmask", path);
    }
    TRY_ASSIGN(Key256 full, text.take_key("root-p"));
    keys.full = std::move(full);
  } else {
    text.drop("root-p");
  }
  TRY(text.finish());
  TRY(load_epochs(files, epochs_path(path), scope, keys));
  return keys;
}

Result<void> copy_masked_keys(FileSystem& files, const std::string& from, const std::string& to) {
  TRY(refuse_existing(files, to));
  TRY_ASSIGN(const RootKeys keys, load_key_file(files, from, KeyScope::masked_only));
  TRY(write_epochs(files, epochs_path(to), keys));
  return write_roots(files, to, keys);
}

}  // namespace velum
