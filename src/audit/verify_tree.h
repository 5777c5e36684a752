#pragma once
// One account's part of offline verification: its tree's files against each other, against the
// keys, and against checkpoints that were kept elsewhere.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/entry_check.h"
#include "audit/note.h"
#include "audit/verify.h"
#include "base/ids.h"
#include "crypto/crypto.h"
#include "io/file.h"

namespace velum {

// What an auditor has beside the directory.
struct AuditEvidence {
  struct Kept {
    std::string origin;
    std::string note;
    bool was_used = false;
  };
  std::vector<NoteKey> keys;  // Empty: the key beside each log, which proves less.
  std::vector<Kept> kept;
};
// `keys` has a C2SP verifier key a line; `kept` signed notes, one behind the other.
Result<AuditEvidence> parse_evidence(std::string_view keys, std::string_view kept);

struct CheckedTree {
  VerifiedLog log;
  LogOwner owner;
  std::optional<AccountId> account;  // nullopt: opened, and never committed.
  std::vector<Sha256Digest> leaves;  // All that the tree's state counts.
  std::optional<std::uint64_t> next_in_journal;
};
// Of the log in `directory`, which must be that of the account `name`. A server may be writing:
// what does not verify while the checkpoint changes is looked at again.
Result<CheckedTree> check_tree(FileSystem& files, const std::string& directory,
                               const std::string& name, AuditEvidence& evidence);

}  // namespace velum
