#include "storage/sqlite/locks.h"

#include <algorithm>

namespace velum {
namespace {

// SQLite's numbers (SQLITE_LOCK_SHARED and so on), which are part of its interface.
constexpr int none = 0;
constexpr int shared = 1;
constexpr int reserved = 2;
constexpr int pending = 3;
constexpr int exclusive = 4;

}  // namespace

bool DatabaseLocks::lock(const void* owner, int level) {
  const std::lock_guard guard(mutex_);
  int& own = levels_[owner];
  if (own >= level) return true;
  int highest = none;
  for (const auto& [other, held] : levels_) {
    if (other != owner) highest = std::max(highest, held);
  }
  if (level == shared && highest >= pending) return false;
  if (level == reserved && highest >= reserved) return false;
  if (level >= pending) {
    if (highest >= reserved) return false;
    // Readers may finish, and no new one may come: a writer is not starved.
    own = pending;
    if (level == exclusive && highest >= shared) return false;
  }
  own = level;
  return true;
}

void DatabaseLocks::unlock(const void* owner, int level) {
  const std::lock_guard guard(mutex_);
  if (level == none) {
    levels_.erase(owner);
  } else {
    int& own = levels_[owner];
    own = std::min(own, level);
  }
}

bool DatabaseLocks::is_reserved() const {
  const std::lock_guard guard(mutex_);
  return std::any_of(levels_.begin(), levels_.end(),
                     [](const auto& held) { return held.second >= reserved; });
}

bool DatabaseLocks::lock_shared(const void* owner, int first, int count) {
  const std::lock_guard guard(mutex_);
  for (int at = first; at < first + count; ++at) {
    const Slot& slot = slots_[static_cast<std::size_t>(at)];
    if (slot.exclusive != nullptr && slot.exclusive != owner) return false;
  }
  for (int at = first; at < first + count; ++at) {
    slots_[static_cast<std::size_t>(at)].shared[owner] = 1;
  }
  return true;
}

bool DatabaseLocks::lock_exclusive(const void* owner, int first, int count) {
  const std::lock_guard guard(mutex_);
  for (int at = first; at < first + count; ++at) {
    const Slot& slot = slots_[static_cast<std::size_t>(at)];
    if (slot.exclusive != nullptr && slot.exclusive != owner) return false;
    if (slot.shared.size() > slot.shared.count(owner)) return false;
  }
  for (int at = first; at < first + count; ++at) {
    slots_[static_cast<std::size_t>(at)].exclusive = owner;
  }
  return true;
}

void DatabaseLocks::unlock_range(const void* owner, int first, int count) {
  const std::lock_guard guard(mutex_);
  for (int at = first; at < first + count; ++at) {
    Slot& slot = slots_[static_cast<std::size_t>(at)];
    if (slot.exclusive == owner) slot.exclusive = nullptr;
    slot.shared.erase(owner);
  }
}

void DatabaseLocks::forget(const void* owner) {
  unlock_range(owner, 0, slots);
}

volatile void* DatabaseLocks::region(std::size_t index, std::size_t size_bytes, int make) {
  const std::lock_guard guard(mutex_);
  if (index >= regions_.size()) {
    if (make == 0) return nullptr;
    while (regions_.size() <= index) regions_.push_back(std::make_unique<std::byte[]>(size_bytes));
  }
  return regions_[index].get();
}

}  // namespace velum
