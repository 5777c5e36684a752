#pragma once
// The file provider: root keys in a file outside the data directory, readable by its owner only.
//
//   PATH              0400  Root-P, Root-M, the ledger's seed: never changes
//   PATH.epochs       0600  the keys of the live shred epochs
//   PATH.ledger       0600  which subjects were erased: see erasure_ledger.h
//   PATH.ledger-head  0600
//
// The first two are lines of text with a checksum line (docs/data-format.md), so that an operator
// can see what they are and a damaged one is refused and not guessed at. Deleting an epoch from a
// file is best effort: whoever needs destruction that can be relied on keeps the epochs in
// hardware.

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

// Makes new keys and all four files, durably; PATH is the last. Fails with already_exists if PATH
// is there, or a ledger with entries: neither is ever overwritten. An epoch file that is there
// without its PATH is kept and used, since somebody may still be looking for that PATH.
Result<void> create_key_file(FileSystem& files, const std::string& path, Random& random);

// Fails with not_found, or corrupt naming the file. A file without Root-P can only be loaded
// masked_only; asking for everything then fails with sealed.
Result<RootKeys> load_key_file(FileSystem& files, const std::string& path, KeyScope scope);

// Writes what a process that serves masked reads needs, and no more, to `to` and its epoch file.
// Fails with already_exists if `to` is there.
Result<void> copy_masked_keys(FileSystem& files, const std::string& from, const std::string& to);

}  // namespace velum
