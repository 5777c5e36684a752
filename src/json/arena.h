#pragma once
// The memory behind an Arena: chunks that are filled from the front and wiped when freed. Private
// to this folder.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "json/value.h"

namespace velum::json {

struct Arena::State {
  // Enough for a usual document, so that most arenas allocate once.
  static constexpr std::size_t first_size_bytes = 4000;
  static constexpr std::size_t size_max_bytes = 1U << 20U;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    const bool grown = !chunks_.empty();
    wipe(first_.bytes, grown ? first_size_bytes : first_size_bytes - left_bytes_);
    for (const Block& block : chunks_) wipe(block.memory.get(), block.size_bytes);
  }

  void* allocate(std::size_t size_bytes, std::size_t alignment) {
    const std::size_t skip = (0 - reinterpret_cast<std::uintptr_t>(next_)) & (alignment - 1);
    if (size_bytes + skip > left_bytes_) {
      grow(size_bytes);
      return take(size_bytes);
    }
    take(skip);
    return take(size_bytes);
  }

 private:
  struct Block {
    std::unique_ptr<std::byte[]> memory;
    std::size_t size_bytes;
  };
  struct First {
    First() {}  // Leaves the bytes as they are: clearing them would cost more than using them.
    alignas(std::max_align_t) std::byte bytes[first_size_bytes];
  };

  void* take(std::size_t size_bytes) {
    void* const memory = next_;
    next_ += size_bytes;
    left_bytes_ -= size_bytes;
    return memory;
  }

  void grow(std::size_t size_bytes) {
    const std::size_t last = chunks_.empty() ? first_size_bytes : chunks_.back().size_bytes;
    const std::size_t size = std::max(size_bytes, std::min(2 * last, size_max_bytes));
    chunks_.push_back({std::make_unique_for_overwrite<std::byte[]>(size), size});
    next_ = chunks_.back().memory.get();
    left_bytes_ = size;
  }

  std::vector<Block> chunks_;
  First first_;
  std::byte* next_ = first_.bytes;
  std::size_t left_bytes_ = first_size_bytes;
};

template <typename T>
T* Arena::allocate(std::size_t count) {
  VELUM_CHECK(state_ && count <= std::numeric_limits<std::uint32_t>::max());
  return static_cast<T*>(state_->allocate(count * sizeof(T), alignof(T)));
}

}  // namespace velum::json
