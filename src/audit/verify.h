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
  std::uint64_t journal_only = 0;  // Durable, and not yet under a checkpoint.
  std::string root_base64;
  bool key_was_given = false;  // Else the key beside the log was used, which proves less.
};

// Recomputes every leaf, every tile and the root of every account, checks each checkpoint's
// signature, the journal's chain, and that journal and tree agree. Fails with corrupt, and says in
// the message what did not verify and in the subject which file. `verifier_key` is the C2SP vkey.
Result<std::vector<VerifiedLog>> verify_audit(FileSystem& files, const std::string& directory,
                                              const std::optional<std::string>& verifier_key);

}  // namespace velum
