#include "profile/masked_cache.h"

#include <utility>

namespace velum {
namespace {

// What an entry takes beside its bytes: the list's and the map's nodes, and malloc's share.
constexpr std::size_t entry_overhead_bytes = 160;

bool is_alive(const std::optional<Instant>& expires_at, Instant now) {
  return !expires_at || *expires_at > now;
}

bool is_same(const RecordKey& left, const RecordKey& right) {
  return left.account == right.account && left.subject == right.subject &&
         left.record == right.record;
}

}  // namespace

const MaskedCache::Kept* MaskedCache::find(const RecordKey& key, ChangeStamp stamp, Instant now) {
  const auto found = by_record_.find(key.record);
  if (found != by_record_.end()) {
    const Entries::iterator entry = found->second;
    const RecordRow& row = entry->kept.row;
    const bool alive = is_alive(row.head.expires_at, now) && is_alive(row.subject.expires_at, now);
    if (entry->stamp == stamp && alive && is_same(row.key, key)) {
      entries_.splice(entries_.begin(), entries_, entry);
      hits_.fetch_add(1, std::memory_order_relaxed);
      return &entry->kept;
    }
    drop(entry);
  }
  misses_.fetch_add(1, std::memory_order_relaxed);
  return nullptr;
}

void MaskedCache::keep(ChangeStamp stamp, Kept kept) {
  const RecordId record = kept.row.key.record;
  if (const auto old = by_record_.find(record); old != by_record_.end()) drop(old->second);
  kept.row.keys = {};  // The opener has what it takes.
  entries_.push_front({stamp, std::move(kept)});
  by_record_.emplace(record, entries_.begin());
  size_bytes_ += size_of(entries_.front());
  while (size_bytes_ > size_max_bytes_) drop(std::prev(entries_.end()));
}

MaskedCacheStatistics MaskedCache::statistics() const {
  return {hits_, misses_, size_bytes_};
}

std::size_t MaskedCache::size_of(const Entry& entry) {
  return sizeof(Entry) + entry_overhead_bytes + entry.kept.row.version.masked.capacity() +
         entry.kept.row.keys.masked.capacity();
}

void MaskedCache::drop(Entries::iterator entry) {
  size_bytes_ -= size_of(*entry);
  by_record_.erase(entry->kept.row.key.record);
  entries_.erase(entry);
}

}  // namespace velum
