#include "audit/verify_tree.h"

#include <algorithm>
#include <map>
#include <utility>

#include "audit/pruning.h"
#include "audit/tile_tree.h"
#include "base/base64.h"

namespace velum {
namespace {

constexpr std::size_t file_read_max_bytes = std::size_t{32} << 20;
constexpr int tree_attempts_max = 100;

Result<std::string> read_text(FileSystem& files, const std::string& path) {
  TRY_ASSIGN(const Bytes content, read_file(files, path, file_read_max_bytes));
  return std::string(as_text(content));
}

// A tree's tiles and bundles. Those that are not full are replaced as the log grows, and gone two
// commits later: they are read before all that stays.
class TreeFiles {
 public:
  static Result<TreeFiles> of(FileSystem& files, const std::string& directory, std::uint64_t size) {
    TreeFiles tree(files, directory);
    TRY(tree.keep_newest("entries", size));
    std::size_t level = 0;
    for (std::uint64_t count = size; count > 0; count /= tile_width) {
      TRY(tree.keep_newest(std::to_string(level++), count));
    }
    return tree;
  }

  std::string path_of(std::string_view level, std::size_t index, std::size_t width) const {
    return directory_ + "/" + tile_path(level, index, width);
  }
  Result<Bytes> read(const std::string& path) const {
    const auto kept = newest_.find(path);
    if (kept != newest_.end()) return kept->second;
    return read_file(files_, path, file_read_max_bytes);
  }

 private:
  TreeFiles(FileSystem& files, std::string directory)
      : files_(files), directory_(std::move(directory)) {}

  Result<void> keep_newest(std::string_view level, std::uint64_t count) {
    const auto width = static_cast<std::size_t>(count % tile_width);
    if (width == 0) return {};
    const std::string path = path_of(level, static_cast<std::size_t>(count / tile_width), width);
    TRY_ASSIGN(newest_[path], read_file(files_, path, file_read_max_bytes));
    return {};
  }

  FileSystem& files_;
  std::string directory_;
  std::map<std::string, Bytes> newest_;
};

// Every hash of a level must stand in its tile, byte for byte.
Result<void> check_level(const TreeFiles& files, std::size_t level,
                         const std::vector<Sha256Digest>& hashes) {
  for (std::size_t at = 0; at < hashes.size(); at += tile_width) {
    const std::size_t width = std::min(tile_width, hashes.size() - at);
    const std::string path = files.path_of(std::to_string(level), at / tile_width, width);
    TRY_ASSIGN(const Bytes tile, files.read(path));
    const auto begin = hashes.begin() + static_cast<std::ptrdiff_t>(at);
    const std::vector<Sha256Digest> want(begin, begin + static_cast<std::ptrdiff_t>(width));
    if (tile != encode_tile(want)) {
      return Error(ErrorCode::corrupt, "a hash tile does not fit its entries", path);
    }
  }
  return {};
}

Result<void> check_tiles(const TreeFiles& files, std::vector<Sha256Digest> hashes) {
  for (std::size_t level = 0; !hashes.empty(); ++level) {
    TRY(check_level(files, level, hashes));
    std::vector<Sha256Digest> above;
    for (std::size_t at = 0; at + tile_width <= hashes.size(); at += tile_width) {
      const auto begin = hashes.begin() + static_cast<std::ptrdiff_t>(at);
      above.push_back(tile_root({begin, begin + static_cast<std::ptrdiff_t>(tile_width)}));
    }
    hashes = std::move(above);
  }
  return {};
}

struct ReadLeaves {
  std::vector<Sha256Digest> hashes;
  std::uint64_t missing_end = 0;  // Behind the last entry of which there is a hash alone.
  std::uint64_t pruned = 0;       // How many of the first ones the log says that it gave up.
};

// Of a bundle that is not there. Whether its tile is right, the root tells.
Result<void> take_hashes(const TreeFiles& files, ReadLeaves& leaves) {
  const std::string path = files.path_of("0", leaves.hashes.size() / tile_width, tile_width);
  TRY_ASSIGN(const Bytes tile, files.read(path));
  const std::vector<Sha256Digest> hashes = decode_tile(tile);
  if (hashes.size() != tile_width) {
    return Error(ErrorCode::corrupt, "a hash tile does not fit its entries", path);
  }
  leaves.hashes.insert(leaves.hashes.end(), hashes.begin(), hashes.end());
  leaves.missing_end = leaves.hashes.size();
  return {};
}

// Each entry has been looked at. What is not under the checkpoint has been signed by nobody: it may
// not say that something was pruned.
Result<ReadLeaves> read_leaves(const TreeFiles& files, std::uint64_t size,
                               std::uint64_t signed_size, const LogOwner& owner) {
  ReadLeaves leaves;
  while (leaves.hashes.size() < size) {
    const std::uint64_t first = leaves.hashes.size();
    const auto width = static_cast<std::size_t>(std::min<std::uint64_t>(tile_width, size - first));
    const std::string path =
        files.path_of("entries", static_cast<std::size_t>(first / tile_width), width);
    const auto bytes = files.read(path);
    const bool is_missing = !bytes && bytes.error().code() == ErrorCode::not_found;
    if (is_missing && width == tile_width) {
      TRY(take_hashes(files, leaves));
      continue;
    }
    if (!bytes) return bytes.error();
    const auto entries = decode_bundle(*bytes);
    if (!entries || entries->size() != width) {
      return Error(ErrorCode::corrupt, "an entry bundle is damaged", path);
    }
    for (const std::string& entry : *entries) {
      const std::uint64_t number = leaves.hashes.size();
      TRY_ASSIGN(const LogOwner said, check_entry(entry, number, path));
      if (said != owner) return Error(ErrorCode::corrupt, "an entry is another account's", path);
      if (number < signed_size) leaves.pruned = std::max(leaves.pruned, pruned_by(entry, number));
      leaves.hashes.push_back(merkle_leaf_hash(as_bytes(entry)));
    }
  }
  return leaves;
}

// Only what the log itself has given up may be missing, or be hidden from those who read it.
Result<void> check_pruned(FileSystem& files, const std::string& directory,
                          const ReadLeaves& leaves) {
  if (leaves.missing_end > leaves.pruned) {
    return Error(ErrorCode::corrupt, "entries are missing, and no entry says that they were pruned",
                 directory);
  }
  TRY_ASSIGN(const std::uint64_t said, read_pruned(files, directory));
  if (said <= leaves.pruned) return {};
  return Error(ErrorCode::corrupt, "more entries are hidden than the log says were pruned",
               directory + "/pruned");
}

MerkleFrontier frontier_of(const std::vector<Sha256Digest>& leaves, std::uint64_t size) {
  MerkleFrontier frontier;
  for (std::size_t at = 0; at < size; ++at) frontier.append(leaves[at]);
  return frontier;
}

// The one that is for the log `name`; where none was given, the one beside it.
Result<NoteKey> key_of(FileSystem& files, const std::string& directory, const std::string& name,
                       const std::vector<NoteKey>& given) {
  if (given.empty()) {
    TRY_ASSIGN(std::string text, read_text(files, directory + "/key.pub"));
    while (text.ends_with('\n')) text.pop_back();
    return parse_verifier_key(text);
  }
  const auto is_for_it = [&name](const NoteKey& key) { return key.name.ends_with("/" + name); };
  const auto found = std::find_if(given.begin(), given.end(), is_for_it);
  if (found != given.end()) return *found;
  return Error(ErrorCode::corrupt, "none of the verifier keys is for this log", directory);
}

// A log is committed before it is signed, and signed when it is opened: a state without a
// checkpoint, or the other way round, is no crash.
Result<Checkpoint> read_checkpoint(FileSystem& files, const std::string& directory,
                                   const NoteKey& key, bool has_state) {
  const std::string path = directory + "/checkpoint";
  TRY_ASSIGN(const bool signed_once, files.exists(path));
  if (!signed_once && has_state) return Error(ErrorCode::corrupt, "a checkpoint is missing", path);
  if (!signed_once) return Checkpoint{key.name, 0, MerkleFrontier().root()};
  TRY_ASSIGN(const std::string note, read_text(files, path));
  auto opened = open_checkpoint(note, key);
  if (!opened) return Error(ErrorCode::corrupt, "a checkpoint's signature does not verify", path);
  if (!has_state && opened->size > 0) {
    return Error(ErrorCode::corrupt, "the audit tree's state is missing", directory + "/state");
  }
  return opened;
}

Result<void> check_kept(const std::string& directory, const NoteKey& key, const CheckedTree& tree,
                        AuditEvidence& evidence) {
  for (AuditEvidence::Kept& kept : evidence.kept) {
    if (kept.origin != key.name) continue;
    kept.was_used = true;
    const auto checkpoint = open_checkpoint(kept.note, key);
    if (!checkpoint) {
      return Error(ErrorCode::corrupt, "the signature of a checkpoint that was kept is not good");
    }
    // What was shown was on disk: no crash takes the newest checkpoint back.
    if (checkpoint->size > tree.log.tree_size) {
      return Error(ErrorCode::corrupt, "the checkpoint is older than one that was kept", directory);
    }
    if (frontier_of(tree.leaves, checkpoint->size).root() != checkpoint->root) {
      return Error(ErrorCode::corrupt, "the log is another than a checkpoint that was kept covers",
                   directory);
    }
  }
  return {};
}

// A crash can leave a state that is ahead of the checkpoint: all that it counts must be there.
Result<CheckedTree> check_once(FileSystem& files, const std::string& directory,
                               const std::string& name, AuditEvidence& evidence) {
  CheckedTree tree;
  TRY_ASSIGN(const NoteKey key, key_of(files, directory, name, evidence.keys));
  TRY_ASSIGN(tree.owner, owner_of(key.name));
  if (tree.owner.account != name) {
    return Error(ErrorCode::corrupt, "a log is not in the directory of its account", directory);
  }
  // The checkpoint first: a server writes it after the state.
  TRY_ASSIGN(const bool has_state, files.exists(directory + "/state"));
  TRY_ASSIGN(const Checkpoint checkpoint, read_checkpoint(files, directory, key, has_state));
  TreeState state{AccountId{}, checkpoint.size, {}};
  if (has_state) {
    TRY_ASSIGN(state, read_tree_state(files, directory));
  }
  if (state.size < checkpoint.size) {
    return Error(ErrorCode::corrupt, "the audit tree's state is older than its checkpoint",
                 directory);
  }
  TRY_ASSIGN(const TreeFiles tiles, TreeFiles::of(files, directory, state.size));
  TRY_ASSIGN(ReadLeaves leaves, read_leaves(tiles, state.size, checkpoint.size, tree.owner));
  TRY(check_pruned(files, directory, leaves));
  tree.leaves = std::move(leaves.hashes);
  if (frontier_of(tree.leaves, checkpoint.size).root() != checkpoint.root) {
    return Error(ErrorCode::corrupt, "the entries do not give the root that was signed",
                 directory + "/checkpoint");
  }
  TRY(check_tiles(tiles, tree.leaves));
  if (has_state && frontier_of(tree.leaves, state.size).nodes() != state.frontier) {
    return Error(ErrorCode::corrupt, "the audit tree's state does not fit its entries", directory);
  }
  if (has_state) tree.account = state.account;
  tree.log = {key.name,
              checkpoint.size,
              leaves.pruned,
              0,
              to_base64(checkpoint.root),
              !evidence.keys.empty()};
  TRY(check_kept(directory, key, tree, evidence));
  return tree;
}

}  // namespace

Result<AuditEvidence> parse_evidence(std::string_view keys, std::string_view kept) {
  AuditEvidence evidence;
  while (!keys.empty()) {
    const std::string_view line = keys.substr(0, keys.find('\n'));
    keys.remove_prefix(std::min(keys.size(), line.size() + 1));
    if (line.empty()) continue;
    TRY_ASSIGN(evidence.keys.emplace_back(), parse_verifier_key(line));
  }
  for (const std::string_view note : split_notes(kept)) {
    evidence.kept.push_back({std::string(note.substr(0, note.find('\n'))), std::string(note)});
  }
  return evidence;
}

Result<CheckedTree> check_tree(FileSystem& files, const std::string& directory,
                               const std::string& name, AuditEvidence& evidence) {
  const std::string path = directory + "/checkpoint";
  for (int attempt = 1;; ++attempt) {
    const auto before = read_text(files, path);
    auto tree = check_once(files, directory, name, evidence);
    if (tree || attempt == tree_attempts_max) return tree;
    const auto after = read_text(files, path);
    if (!after || (before && *before == *after)) return tree;
  }
}

}  // namespace velum
