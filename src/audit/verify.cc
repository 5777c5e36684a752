#include "audit/verify.h"

#include <algorithm>
#include <map>

#include "audit/journal.h"
#include "audit/note.h"
#include "audit/tile_tree.h"
#include "base/base64.h"

namespace velum {
namespace {

constexpr std::size_t file_read_max_bytes = std::size_t{32} << 20;
constexpr int attempts_max = 100;

struct CheckedTree {
  VerifiedLog log;
  std::vector<Sha256Digest> leaves;
};

Result<std::string> read_text(FileSystem& files, const std::string& path) {
  TRY_ASSIGN(const Bytes content, read_file(files, path, file_read_max_bytes));
  return std::string(as_text(content));
}

// Every hash of a level must stand in its tile, byte for byte.
Result<void> check_level(FileSystem& files, const std::string& directory, std::size_t level,
                         const std::vector<Sha256Digest>& hashes) {
  for (std::size_t at = 0; at < hashes.size(); at += tile_width) {
    const std::size_t width = std::min(tile_width, hashes.size() - at);
    const std::string path =
        directory + "/" + tile_path(std::to_string(level), at / tile_width, width);
    TRY_ASSIGN(const Bytes tile, read_file(files, path, file_read_max_bytes));
    const auto begin = hashes.begin() + static_cast<std::ptrdiff_t>(at);
    const std::vector<Sha256Digest> want(begin, begin + static_cast<std::ptrdiff_t>(width));
    if (tile != encode_tile(want)) {
      return Error(ErrorCode::corrupt, "a hash tile does not fit its entries", path);
    }
  }
  return {};
}

Result<void> check_tiles(FileSystem& files, const std::string& directory,
                         std::vector<Sha256Digest> hashes) {
  for (std::size_t level = 0; !hashes.empty(); ++level) {
    TRY(check_level(files, directory, level, hashes));
    std::vector<Sha256Digest> above;
    for (std::size_t at = 0; at + tile_width <= hashes.size(); at += tile_width) {
      const auto begin = hashes.begin() + static_cast<std::ptrdiff_t>(at);
      above.push_back(tile_root({begin, begin + static_cast<std::ptrdiff_t>(tile_width)}));
    }
    hashes = std::move(above);
  }
  return {};
}

Result<std::vector<Sha256Digest>> read_leaves(FileSystem& files, const std::string& directory,
                                              std::uint64_t size) {
  std::vector<Sha256Digest> leaves;
  while (leaves.size() < size) {
    const std::size_t width =
        std::min<std::size_t>(tile_width, static_cast<std::size_t>(size) - leaves.size());
    const std::string path =
        directory + "/" + tile_path("entries", leaves.size() / tile_width, width);
    TRY_ASSIGN(const Bytes bytes, read_file(files, path, file_read_max_bytes));
    const auto entries = decode_bundle(bytes);
    if (!entries || entries->size() != width) {
      return Error(ErrorCode::corrupt, "an entry bundle is damaged", path);
    }
    for (const std::string& entry : *entries) {
      leaves.push_back(merkle_leaf_hash(as_bytes(entry)));
    }
  }
  return leaves;
}

Result<CheckedTree> check_tree(FileSystem& files, const std::string& directory,
                               const std::optional<std::string>& verifier_key) {
  TRY_ASSIGN(std::string own_key, read_text(files, directory + "/key.pub"));
  while (own_key.ends_with('\n')) own_key.pop_back();
  TRY_ASSIGN(const NoteKey key, parse_verifier_key(verifier_key.value_or(own_key)));
  CheckedTree tree;
  tree.log.origin = key.name;
  tree.log.key_was_given = verifier_key.has_value();
  const std::string path = directory + "/checkpoint";
  TRY_ASSIGN(const bool signed_once, files.exists(path));
  Checkpoint checkpoint{key.name, 0, MerkleFrontier().root()};
  if (signed_once) {
    TRY_ASSIGN(const std::string note, read_text(files, path));
    auto opened = open_checkpoint(note, key);
    if (!opened) return Error(ErrorCode::corrupt, "a checkpoint's signature does not verify", path);
    checkpoint = *std::move(opened);
  }
  TRY_ASSIGN(tree.leaves, read_leaves(files, directory, checkpoint.size));
  MerkleFrontier frontier;
  for (const Sha256Digest& leaf : tree.leaves) frontier.append(leaf);
  if (frontier.root() != checkpoint.root) {
    return Error(ErrorCode::corrupt, "the entries do not give the root that was signed", path);
  }
  TRY(check_tiles(files, directory, tree.leaves));
  tree.log.tree_size = checkpoint.size;
  tree.log.root_base64 = to_base64(checkpoint.root);
  return tree;
}

// What a frame of the journal says, without its text.
struct JournalLeaf {
  AccountId account{};
  std::uint64_t number = 0;
  Sha256Digest hash{};
  std::uint64_t segment = 0;
};

Result<std::vector<JournalLeaf>> read_journal_leaves(FileSystem& files,
                                                     const std::string& directory) {
  std::vector<JournalLeaf> leaves;
  const auto keep = [&leaves](const JournalFrame& frame, std::uint64_t segment) -> Result<void> {
    leaves.push_back(
        {frame.account, frame.number, merkle_leaf_hash(as_bytes(frame.entry)), segment});
    return {};
  };
  TRY(read_journal(files, directory, keep));
  return leaves;
}

// What journal and tree both have must be the same, and what only the journal has must go on where
// the tree ends.
Result<void> compare(CheckedTree& tree, const JournalLeaf& leaf, const std::string& journal) {
  if (leaf.number < tree.leaves.size()) {
    if (leaf.hash == tree.leaves[static_cast<std::size_t>(leaf.number)]) return {};
    return Error(ErrorCode::corrupt, "journal and tree disagree on an entry",
                 segment_path(journal, leaf.segment));
  }
  if (leaf.number != tree.leaves.size() + tree.log.journal_only) {
    return Error(ErrorCode::corrupt, "the journal lacks entries",
                 segment_path(journal, leaf.segment));
  }
  ++tree.log.journal_only;
  return {};
}

// A server that runs replaces the newest tiles as its tree grows: what does not verify while the
// checkpoint changes is looked at again.
Result<CheckedTree> check_live_tree(FileSystem& files, const std::string& directory,
                                    const std::optional<std::string>& verifier_key) {
  const std::string path = directory + "/checkpoint";
  for (int attempt = 1;; ++attempt) {
    const auto before = read_text(files, path);
    auto tree = check_tree(files, directory, verifier_key);
    if (tree || attempt == attempts_max) return tree;
    const auto after = read_text(files, path);
    if (!after || (before && *before == *after)) return tree;
  }
}

}  // namespace

Result<std::vector<VerifiedLog>> verify_audit(FileSystem& files, const std::string& directory,
                                              const std::optional<std::string>& verifier_key) {
  // The journal first: what leaves it afterwards is in a tree by then.
  const std::string journal = directory + "/journal";
  TRY_ASSIGN(const std::vector<JournalLeaf> frames, read_journal_leaves(files, journal));
  TRY_ASSIGN(const std::vector<std::string> names, files.list(directory));
  std::map<AccountId, CheckedTree> trees;
  std::vector<VerifiedLog> logs;
  for (const std::string& name : names) {
    if (name == "journal") continue;
    const std::string path = directory + "/" + name;
    TRY_ASSIGN(CheckedTree tree, check_live_tree(files, path, verifier_key));
    TRY_ASSIGN(const bool has_state, files.exists(path + "/state"));
    if (!has_state) {
      logs.push_back(std::move(tree.log));  // Opened, and never committed: an empty tree.
      continue;
    }
    TRY_ASSIGN(const TreeState state, read_tree_state(files, path));
    trees.emplace(state.account, std::move(tree));
  }
  for (const JournalLeaf& frame : frames) {
    // An account whose tree was never committed has its entries in the journal only.
    TRY(compare(trees[frame.account], frame, journal));
  }
  for (auto& [account, tree] : trees) logs.push_back(std::move(tree.log));
  return logs;
}

}  // namespace velum
