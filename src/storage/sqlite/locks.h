#pragma once
// The locks and the shared wal-index of one database file, in memory: what a Unix VFS keeps in byte
// locks and in the -shm file. Called from the threads of all connections.

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace velum {

class DatabaseLocks {
 public:
  // SQLite's five levels: none, shared, reserved, pending, exclusive. Returns false for busy. The
  // owner is any pointer that names a connection's file.
  bool lock(const void* owner, int level);
  void unlock(const void* owner, int level);
  bool is_reserved() const;

  // The eight wal-index locks. All of [first, first + count) or none.
  bool lock_shared(const void* owner, int first, int count);
  bool lock_exclusive(const void* owner, int first, int count);
  void unlock_range(const void* owner, int first, int count);
  void forget(const void* owner);  // All wal-index locks of a connection that ends.

  // Region `index`, zero-filled when made; nullptr if it is not there and `make` is 0.
  volatile void* region(std::size_t index, std::size_t size_bytes, int make);

 private:
  static constexpr int slots = 8;

  mutable std::mutex mutex_;
  std::map<const void*, int> levels_;
  struct Slot {
    const void* exclusive = nullptr;
    std::map<const void*, int> shared;
  };
  std::array<Slot, slots> slots_;
  std::vector<std::unique_ptr<std::byte[]>> regions_;
};

}  // namespace velum
