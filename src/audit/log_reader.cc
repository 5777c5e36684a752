#include "audit/log_reader.h"

#include <algorithm>
#include <map>
#include <utility>

#include "audit/pruning.h"
#include "audit/tile_tree.h"

namespace velum {
namespace {

constexpr std::size_t bundle_read_max_bytes = std::size_t{32} << 20;
// Reading a bundle takes less time than a server needs to replace it, so this is generous.
constexpr int reader_attempts_max = 100;

using EachEntry = std::function<Result<void>(std::string_view)>;

// Emits all that a committed tree still has and returns its size. Starts over, from where it is,
// when the bundle at the end was replaced by a fuller one, or those at the beginning were pruned.
Result<std::uint64_t> emit_tree(FileSystem& files, const std::string& directory,
                                const EachEntry& each) {
  std::uint64_t next = 0;
  for (int attempt = 1;; ++attempt) {
    TRY_ASSIGN(const TreeState state, read_tree_state(files, directory));
    TRY_ASSIGN(const std::uint64_t pruned, read_pruned(files, directory));
    next = std::max(next, pruned);
    bool replaced = false;
    while (next < state.size && !replaced) {
      const std::uint64_t end = std::min(state.size, next - next % tile_width + tile_width);
      const auto entries = read_bundles(files, directory, next, end);
      replaced = !entries && entries.error().code() == ErrorCode::not_found;
      if (replaced && attempt < reader_attempts_max) continue;
      if (!entries) return entries.error();
      for (const std::string& entry : *entries) TRY(each(entry));
      next = end;
    }
    if (!replaced) return next;
  }
}

}  // namespace

Result<std::vector<std::string>> read_bundles(FileSystem& files, const std::string& directory,
                                              std::uint64_t from, std::uint64_t to) {
  std::vector<std::string> found;
  for (std::uint64_t index = from / tile_width; index * tile_width < to; ++index) {
    const std::uint64_t first = index * tile_width;
    const auto width = static_cast<std::size_t>(std::min<std::uint64_t>(tile_width, to - first));
    const std::string path = directory + "/" + tile_path("entries", index, width);
    TRY_ASSIGN(const Bytes bytes, read_file(files, path, bundle_read_max_bytes));
    TRY_ASSIGN(std::vector<std::string> entries, decode_bundle(bytes));
    if (entries.size() != width) {
      return Error(ErrorCode::corrupt, "an entry bundle is damaged", path);
    }
    const auto skipped = static_cast<std::ptrdiff_t>(from > first ? from - first : 0);
    std::move(entries.begin() + skipped, entries.end(), std::back_inserter(found));
  }
  return found;
}

// As the tree has them: what has rotted in a bundle must not be shown as what was logged.
Result<void> check_bundle(FileSystem& files, const std::string& directory, std::uint64_t index,
                          const std::vector<std::string>& entries) {
  const std::string path = directory + "/" + tile_path("0", index, entries.size());
  TRY_ASSIGN(const Bytes tile, read_file(files, path, tile_width * sizeof(Sha256Digest)));
  std::vector<Sha256Digest> hashes;
  for (const std::string& entry : entries) hashes.push_back(merkle_leaf_hash(as_bytes(entry)));
  if (tile == encode_tile(hashes)) return {};
  return Error(ErrorCode::corrupt, "a hash tile does not fit its entries", path);
}

Result<void> read_audit(FileSystem& files, const std::string& directory,
                        const std::function<Result<void>(std::string_view)>& each,
                        std::string_view only_account) {
  // The journal first: what leaves it afterwards is in a tree by then.
  std::map<AccountId, std::vector<JournalFrame>> frames;
  const auto keep = [&frames](JournalFrame frame, std::uint64_t) -> Result<void> {
    frames[frame.account].push_back(std::move(frame));
    return {};
  };
  TRY(read_journal(files, directory + "/journal", keep));
  TRY_ASSIGN(const std::vector<std::string> names, files.list(directory));
  for (const std::string& name : names) {
    if (!only_account.empty() && name != only_account) continue;
    const std::string path = directory + "/" + name;
    TRY_ASSIGN(const bool is_tree, files.exists(path + "/state"));
    if (!is_tree) continue;
    TRY_ASSIGN(const TreeState state, read_tree_state(files, path));
    TRY_ASSIGN(const std::uint64_t size, emit_tree(files, path, each));
    for (const JournalFrame& frame : frames[state.account]) {
      if (frame.number >= size) TRY(each(frame.entry));
    }
    frames.erase(state.account);
  }
  for (const auto& [account, rest] : frames) {
    for (const JournalFrame& frame : rest) TRY(each(frame.entry));
  }
  return {};
}

}  // namespace velum
