#include "audit/verify.h"

#include <map>

#include "audit/journal.h"
#include "audit/verify_tree.h"
#include "crypto/merkle.h"

namespace velum {
namespace {

// What a frame of the journal says, without its text.
struct JournalLeaf {
  AccountId account{};
  std::uint64_t number = 0;
  Sha256Digest hash{};
  std::uint64_t segment = 0;
  LogOwner owner;
};

Result<std::vector<JournalLeaf>> read_journal_leaves(FileSystem& files,
                                                     const std::string& directory) {
  std::vector<JournalLeaf> leaves;
  const auto keep = [&](const JournalFrame& frame, std::uint64_t segment) -> Result<void> {
    TRY_ASSIGN(LogOwner owner,
               check_entry(frame.entry, frame.number, segment_path(directory, segment)));
    leaves.push_back({frame.account, frame.number, merkle_leaf_hash(as_bytes(frame.entry)), segment,
                      std::move(owner)});
    return {};
  };
  TRY(read_journal(files, directory, keep));
  return leaves;
}

// What journal and tree both have must be the same, and what only the journal has must go on where
// the tree ends.
Result<void> compare(CheckedTree& tree, const JournalLeaf& leaf, const std::string& journal) {
  if (tree.next_in_journal.value_or(leaf.number) != leaf.number) {
    return Error(ErrorCode::corrupt, "the journal's entries do not follow each other",
                 segment_path(journal, leaf.segment));
  }
  tree.next_in_journal = leaf.number + 1;
  if (leaf.number < tree.leaves.size()) {
    if (leaf.hash == tree.leaves[static_cast<std::size_t>(leaf.number)]) return {};
    return Error(ErrorCode::corrupt, "journal and tree disagree on an entry",
                 segment_path(journal, leaf.segment));
  }
  if (leaf.number != tree.leaves.size() + tree.log.journal_only) {
    return Error(ErrorCode::corrupt, "the journal lacks entries",
                 segment_path(journal, leaf.segment));
  }
  if (tree.account && leaf.owner != tree.owner) {
    return Error(ErrorCode::corrupt, "an entry is another account's",
                 segment_path(journal, leaf.segment));
  }
  ++tree.log.journal_only;
  return {};
}

}  // namespace

Result<std::vector<VerifiedLog>> verify_audit(FileSystem& files, const std::string& directory,
                                              const std::optional<std::string>& verifier_keys,
                                              std::string_view kept_checkpoints) {
  TRY_ASSIGN(AuditEvidence evidence, parse_evidence(verifier_keys.value_or(""), kept_checkpoints));
  if (verifier_keys && evidence.keys.empty()) {
    return Error(ErrorCode::invalid_argument, "there is no verifier key");
  }
  // The journal first: what leaves it afterwards is in a tree by then.
  const std::string journal = directory + "/journal";
  TRY_ASSIGN(const std::vector<JournalLeaf> frames, read_journal_leaves(files, journal));
  TRY_ASSIGN(const std::vector<std::string> names, files.list(directory));
  std::map<AccountId, CheckedTree> trees;
  std::vector<VerifiedLog> logs;
  for (const std::string& name : names) {
    if (name == "journal") continue;
    const std::string path = directory + "/" + name;
    TRY_ASSIGN(CheckedTree tree, check_tree(files, path, name, evidence));
    if (!tree.account) {
      logs.push_back(std::move(tree.log));
      continue;
    }
    const AccountId account = *tree.account;
    if (!trees.emplace(account, std::move(tree)).second) {
      return Error(ErrorCode::corrupt, "two logs say that they are of one account", path);
    }
  }
  for (const AuditEvidence::Kept& kept : evidence.kept) {
    if (kept.was_used) continue;
    return Error(ErrorCode::corrupt, "a checkpoint that was kept is of a log that is not here");
  }
  for (const JournalLeaf& frame : frames) {
    // An account whose tree was never committed has its entries in the journal only.
    TRY(compare(trees[frame.account], frame, journal));
  }
  for (auto& [account, tree] : trees) logs.push_back(std::move(tree.log));
  if (logs.empty()) return Error(ErrorCode::corrupt, "there is no log here", directory);
  return logs;
}

}  // namespace velum
