// Promises: whatever is done to a file of an audit log, offline verification takes no entry that
// was not written, in no other order, and misses none that a checkpoint covers; the journal gives
// back a beginning of what was made durable, and never anything else.

#include <memory>
#include <vector>

#include "audit/journal.h"
#include "audit/log_reader.h"
#include "audit/note.h"
#include "audit/tile_tree.h"
#include "audit/verify.h"
#include "fuzz/fuzz.h"
#include "io/sim_file.h"

namespace velum {
namespace {

constexpr std::uint64_t segment_size_bytes = 1600;
constexpr std::uint64_t tree_size = 258;      // A full tile, and a bit.
constexpr std::uint64_t journal_start = 250;  // Older segments are gone.
constexpr std::uint64_t journal_end = 264;    // Some are under no checkpoint yet.

Key256 seed() {
  Key256 key;
  std::fill(key.mutable_bytes().begin(), key.mutable_bytes().end(), std::uint8_t{9});
  return key;
}

std::string entry_of(std::uint64_t number) {
  return "{\"account\":\"7\",\"number\":" + std::to_string(number) + ",\"region\":\"eu\"}";
}

// A log on a disk of its own, and every file that it has.
struct AuditDirectory {
  SimFileSystem files;
  std::vector<std::string> paths;
  std::string verifier_key;
};

void list_files(SimFileSystem& files, const std::string& path, std::vector<std::string>& paths) {
  const auto names = files.list(path);
  if (!names || names->empty()) {
    if (files.open(path, OpenMode::read, FileAccess::owner)) paths.push_back(path);
    return;
  }
  for (const std::string& name : *names) list_files(files, path + "/" + name, paths);
}

std::unique_ptr<AuditDirectory> make_directory() {
  auto made = std::make_unique<AuditDirectory>();
  const auto sign = [](ByteView message) { return ed25519_sign(seed(), message); };
  const AuditAccount account{AccountId{7}, "7", "eu", ed25519_public_key(seed()), sign};
  made->verifier_key = encode_verifier_key({origin_of(account), account.public_key});
  for (const std::string path : {"audit", "audit/journal"}) {
    VELUM_CHECK(made->files.make_directory(path));
  }
  auto tree = TileTree::open(made->files, "audit/7", account);
  for (std::uint64_t number = 0; number < tree_size; ++number) tree->append(entry_of(number));
  VELUM_CHECK(tree->commit());
  JournalWriter journal(made->files, "audit/journal", {}, segment_size_bytes);
  for (std::uint64_t number = journal_start; number < journal_end; ++number) {
    VELUM_CHECK(journal.append({{account.id, number, EntryId(), entry_of(number)}}).result);
  }
  list_files(made->files, "audit", made->paths);
  return made;
}

void put(FileSystem& files, const std::string& path, ByteView content) {
  const auto file = files.open(path, OpenMode::read_write, FileAccess::owner);
  VELUM_CHECK((*file)->truncate(0) && (*file)->write_at(0, content) && (*file)->sync());
}

// How many frames the journal gives: the first ones that were written.
std::uint64_t check_journal(FileSystem& files) {
  std::uint64_t next = journal_start;
  const auto each = [&next](const JournalFrame& frame, std::uint64_t) -> Result<void> {
    VELUM_CHECK(frame.number == next && frame.account == AccountId{7});
    VELUM_CHECK(frame.entry == entry_of(next));
    ++next;
    return {};
  };
  static_cast<void>(read_journal(files, "audit/journal", each).has_value());
  return next;
}

// A journal may have a torn end, and a key beside the log says nothing where another was given.
bool must_be_as_written(std::string_view path) {
  return path.find("/journal/") == std::string_view::npos && !path.ends_with("/key.pub");
}

enum class Change : std::uint8_t { none, some };

void check_log(AuditDirectory& directory, const std::string& path, Change change) {
  const std::uint64_t journal_last = check_journal(directory.files);
  const auto logs = verify_audit(directory.files, "audit", directory.verifier_key);
  if (change == Change::none) VELUM_CHECK(logs);
  if (change == Change::some && must_be_as_written(path)) VELUM_CHECK(!logs);
  if (!logs) return;
  VELUM_CHECK(!logs->empty() && logs->front().tree_size == tree_size);
  VELUM_CHECK(logs->front().journal_only == std::max(journal_last, tree_size) - tree_size);
  std::uint64_t next = 0;
  const auto each = [&next](std::string_view entry) -> Result<void> {
    VELUM_CHECK(entry == entry_of(next++));
    return {};
  };
  const auto read = read_audit(directory.files, "audit", each);
  VELUM_CHECK(!read || next == std::max(journal_last, tree_size));
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  static const std::unique_ptr<AuditDirectory> directory = make_directory();
  VELUM_CHECK(!directory->paths.empty());
  std::string_view how = fuzz::text_of(data, size);
  const std::string& path = directory->paths[fuzz::take_byte(how) % directory->paths.size()];
  const auto before = read_file(directory->files, path, std::size_t{1} << 20);
  const Bytes changed = fuzz::damaged(*before, how);
  put(directory->files, path, changed);
  check_log(*directory, path, changed == *before ? Change::none : Change::some);
  put(directory->files, path, *before);
  return 0;
}
