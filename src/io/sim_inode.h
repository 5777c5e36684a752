#pragma once
// SimInode: one file of the simulated disk, what is durable of it, and what is not yet. A copy
// shares the bytes with its original until one of them changes them, so that thousands of crashes
// can be made from one moment.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "io/sim_random.h"

namespace velum {

// Bytes that copies share. Two copies may be used by two threads; one by one at a time.
class SharedBytes {
 public:
  SharedBytes() = default;
  SharedBytes(const SharedBytes& other) : bytes_(other.bytes_) {
    is_shared_ = other.is_shared_ = true;
  }
  SharedBytes& operator=(const SharedBytes& other);
  ~SharedBytes() = default;

  const Bytes& view() const { return *bytes_; }
  Bytes& edit();

 private:
  std::shared_ptr<Bytes> bytes_ = std::make_shared<Bytes>();
  mutable bool is_shared_ = false;
};

// A write, or a truncation when `truncation` is set.
struct SimChange {
  std::uint64_t offset = 0;
  Bytes bytes;
  bool truncation = false;
};

struct SimInode {
  SharedBytes now;
  SharedBytes durable;
  std::vector<std::shared_ptr<const SimChange>> unsynced;
  bool locked = false;

  void change(SimChange change);
  void sync();
  // What was not synced is kept, torn or lost, each change on its own. Returns a number that stands
  // for what was: `before`, and this, mixed.
  std::uint64_t crash(SeededRandom& random, std::uint64_t before);
  void crash_dropping_all();
};

std::uint64_t mix(std::uint64_t before, std::uint64_t value);

}  // namespace velum
