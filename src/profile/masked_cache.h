#pragma once
// MaskedCache: current versions as they were last read, masked and still sealed, each with the key
// of that one envelope. Saves a masked read the store and most of the cryptography.
//
// Promises: holds no text, and no key and no byte of class P. Shows nothing that a commit answered
// before the read has changed, deleted or erased (ChangeStamps), and nothing that has expired.
// Takes at most its bound; the longest unread goes first. One loop's: no locks.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>

#include "base/clock.h"
#include "keys/vault.h"
#include "storage/store.h"

namespace velum {

struct MaskedCacheStatistics {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t size_bytes = 0;
};

class MaskedCache {
 public:
  explicit MaskedCache(std::size_t size_max_bytes) : size_max_bytes_(size_max_bytes) {}

  struct Kept {
    RecordRow row;  // Rendition::masked
    MaskedOpener opener;
  };
  // Nothing if it is not there, has changed since or expires by `now`. `stamp` is the present one.
  // Valid until the next call.
  const Kept* find(const RecordKey& key, ChangeStamp stamp, Instant now);
  // `stamp` was asked for before the row was read.
  void keep(ChangeStamp stamp, Kept kept);

  MaskedCacheStatistics statistics() const;  // Any thread.

 private:
  struct Entry {
    ChangeStamp stamp;
    Kept kept;
  };
  using Entries = std::list<Entry>;  // The last read first.

  static std::size_t size_of(const Entry& entry);
  void drop(Entries::iterator entry);

  std::size_t size_max_bytes_;
  Entries entries_;
  std::unordered_map<RecordId, Entries::iterator> by_record_;
  std::atomic<std::uint64_t> hits_{0};
  std::atomic<std::uint64_t> misses_{0};
  std::atomic<std::uint64_t> size_bytes_{0};
};

}  // namespace velum
