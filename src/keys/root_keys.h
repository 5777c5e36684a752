#pragma once
// RootKeys: what a provider gives to a starting server. The file provider is key_file.h.
//
// Outside the data directory, always: a copy of the data without these opens nothing.

#include <cstdint>
#include <map>
#include <optional>

#include "base/sensitive.h"

namespace velum {

// One shred epoch's pair. Wraps made in an epoch open only while its keys exist.
struct EpochKeys {
  std::optional<Key256> full;  // Absent in a process that serves masked reads only.
  Key256 masked;
};

class RootKeys {
 public:
  std::optional<Key256> full;  // Root-P. Absent in a process that serves masked reads only.
  Key256 masked;               // Root-M.
  std::map<std::uint64_t, EpochKeys> epochs;
  std::uint64_t current_epoch = 0;
  Key256 ledger_seed;  // Signs the erasure ledger.
};

}  // namespace velum
