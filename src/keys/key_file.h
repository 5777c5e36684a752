#pragma once
// The file provider: root keys in a file outside the data directory, readable by its owner only.
//
//   PATH         0400  Root-P, Root-M, the ledger's seed: never changes
//   PATH.epochs  0600  the keys of the live shred epochs
//
// Both are lines of text with a checksum line (docs/data-format.md), so that an operator can see
// what they are and a damaged one is refused and not guessed at. Deleting an epoch from a file is
// best effort: whoever needs destruction that can be relied on keeps the epochs in hardware.

#include <cstdint>
#include <string>

#include "base/random.h"
#include "base/result.h"
#include "io/file.h"
#include "keys/root_keys.h"

namespace velum {

enum class KeyScope : std::uint8_t {
  everything,
  masked_only,  // Root-P and the P keys of epochs are not even read into a key.
};

// Makes new keys and both files, durably. Fails with already_exists if PATH is there: an existing
// root key is never overwritten.
Result<void> create_key_file(FileSystem& files, const std::string& path, Random& random);

// Fails with not_found, or corrupt naming the file. A file without Root-P can only be loaded
// masked_only; asking for everything then fails with sealed.
Result<RootKeys> load_key_file(FileSystem& files, const std::string& path, KeyScope scope);

}  // namespace velum
