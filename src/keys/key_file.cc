#include "keys/key_file.h"

#include <charconv>
#include <map>
#include <utility>

#include "crypto/crypto.h"

namespace velum {
namespace {

constexpr std::string_view root_title = "velum root keys v1";
constexpr std::string_view epochs_title = "velum epoch keys v1";
constexpr std::size_t file_size_max_bytes = 1 << 20;

// Lines "name value". Names are unique; a value is base64 of 32 bytes, or a number.
using Fields = std::map<std::string, Sensitive, std::less<>>;

void append_line(WipedText& out, std::string_view name, std::string_view value) {
  append(out, name);
  append(out, " ");
  append(out, value);
  append(out, "\n");
}

void append_key(WipedText& out, std::string_view name, const Key256& key) {
  std::string text = to_base64(key.bytes());
  append_line(out, name, text);
  wipe(text.data(), text.size());
}

void append_checksum(WipedText& out) {
  append_line(out, "checksum", to_hex(sha256(as_bytes(view(out)))));
}

Error damaged(const std::string& path) {
  return {ErrorCode::corrupt, "the key file is damaged", path};
}

Result<Fields> parse(std::string_view text, std::string_view title, const std::string& path) {
  const std::size_t last = text.rfind("checksum ");
  if (!text.starts_with(title) || last == std::string_view::npos) return damaged(path);
  const std::string checksum = "checksum " + to_hex(sha256(as_bytes(text.substr(0, last)))) + "\n";
  if (text.substr(last) != checksum) return damaged(path);

  Fields fields;
  std::string_view rest = text.substr(title.size() + 1, last - title.size() - 1);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::size_t space = rest.substr(0, end).find(' ');
    if (end == std::string_view::npos || space == std::string_view::npos) return damaged(path);
    if (!fields.emplace(rest.substr(0, space), Sensitive(rest.substr(space + 1, end - space - 1)))
             .second) {
      return damaged(path);
    }
    rest.remove_prefix(end + 1);
  }
  return fields;
}

Result<Fields> read_fields(FileSystem& files, const std::string& path, std::string_view title) {
  TRY_ASSIGN(Bytes content, read_file(files, path, file_size_max_bytes));
  auto fields = parse(as_text(content), title, path);
  wipe(content.data(), content.size());
  return fields;
}

Result<Key256> key_field(const Fields& fields, std::string_view name, const std::string& path) {
  const auto found = fields.find(name);
  if (found == fields.end()) return damaged(path);
  auto bytes = from_base64(found->second.text());
  if (!bytes || bytes->size() != Key256::size_bytes) return damaged(path);
  Key256 key{std::span<const std::uint8_t, 32>(*bytes)};
  wipe(bytes->data(), bytes->size());
  return key;
}

Result<void> load_epochs(FileSystem& files, const std::string& path, KeyScope scope,
                         RootKeys& keys) {
  TRY_ASSIGN(const Fields fields, read_fields(files, path, epochs_title));
  const auto current = fields.find("current");
  if (current == fields.end()) return damaged(path);
  const std::string_view digits = current->second.text();
  const auto parsed =
      std::from_chars(digits.data(), digits.data() + digits.size(), keys.current_epoch);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return damaged(path);

  for (const auto& [name, value] : fields) {
    std::uint64_t number = 0;
    if (!name.starts_with("masked-")) continue;
    const char* begin = name.data() + std::string_view("masked-").size();
    const char* end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(begin, end, number);
    if (error != std::errc() || stop != end) return damaged(path);
    TRY_ASSIGN(Key256 masked, key_field(fields, name, path));
    EpochKeys epoch{std::nullopt, std::move(masked)};
    if (scope == KeyScope::everything) {
      TRY_ASSIGN(Key256 full, key_field(fields, "full-" + std::to_string(number), path));
      epoch.full = std::move(full);
    }
    keys.epochs.emplace(number, std::move(epoch));
  }
  if (!keys.epochs.contains(keys.current_epoch)) return damaged(path);
  return {};
}

Key256 random_key(Random& random) {
  Key256 key;
  random.fill(key.mutable_bytes());
  return key;
}

}  // namespace

Result<void> create_key_file(FileSystem& files, const std::string& path, Random& random) {
  TRY_ASSIGN(const bool exists, files.exists(path));
  if (exists) {
    return Error(ErrorCode::already_exists, "there is a root key file already: it is kept", path);
  }
  WipedText epochs;
  append_line(epochs, "velum", "epoch keys v1");
  append_line(epochs, "current", "1");
  append_key(epochs, "full-1", random_key(random));
  append_key(epochs, "masked-1", random_key(random));
  append_checksum(epochs);
  TRY(replace_file(files, path + ".epochs", as_bytes(view(epochs)), FileAccess::owner));

  WipedText roots;
  append_line(roots, "velum", "root keys v1");
  append_key(roots, "root-p", random_key(random));
  append_key(roots, "root-m", random_key(random));
  append_key(roots, "ledger", random_key(random));
  append_checksum(roots);
  // Last: a root key file without epochs beside it would look whole and open nothing.
  return replace_file(files, path, as_bytes(view(roots)), FileAccess::owner_read);
}

Result<RootKeys> load_key_file(FileSystem& files, const std::string& path, KeyScope scope) {
  TRY_ASSIGN(const Fields fields, read_fields(files, path, root_title));
  RootKeys keys;
  TRY_ASSIGN(keys.masked, key_field(fields, "root-m", path));
  TRY_ASSIGN(keys.ledger_seed, key_field(fields, "ledger", path));
  if (scope == KeyScope::everything) {
    if (!fields.contains("root-p")) {
      return Error(ErrorCode::sealed, "the root key file has no key that can unmask", path);
    }
    TRY_ASSIGN(Key256 full, key_field(fields, "root-p", path));
    keys.full = std::move(full);
  }
  TRY(load_epochs(files, path + ".epochs", scope, keys));
  return keys;
}

}  // namespace velum
