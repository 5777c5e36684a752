#pragma once
// Offline verification of an audit directory: needs the files and a public key, no server.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/file.h"

namespace velum {

struct VerifiedLog {
  std::string origin;
  std::uint64_t tree_size = 0;     // Covered by the signed checkpoint.
  std::uint64_t pruned = 0;        // Of those the first, of which the hashes alone are kept.
  std::uint64_t journal_only = 0;  // Durable, and not yet under a checkpoint.
  std::string root_base64;
  bool key_was_given = false;  // Else the key beside the log was used, which proves less.
};

// Recomputes every leaf, every tile and the root of every account, checks each checkpoint's
// signature, that entries are canonical JSON with their own number and account, the journal's
// chain, that journal, tree and state agree, that no entries are missing but those of which an
// entry under the checkpoint says so, and that each log begins with what every checkpoint covers
// that was kept elsewhere. Fails with corrupt, and says in the message what did not verify
// and in the subject which file.
//
// `verifier_keys` has a C2SP verifier key a line, one for each account; `kept_checkpoints` signed
// notes, one behind the other. tools/verify says the same of the same files: change both.
Result<std::vector<VerifiedLog>> verify_audit(FileSystem& files, const std::string& directory,
                                              const std::optional<std::string>& verifier_keys,
                                              std::string_view kept_checkpoints = {});

}  // namespace velum
