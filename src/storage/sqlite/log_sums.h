#pragma once
// LogSums: the checksums of the pages in one write-ahead log, frame by frame, in memory. SQLite's
// own are looked at only when it recovers: what rots behind its back in a log that is in use, this
// finds. Any thread.

#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "base/bytes.h"
#include "storage/sqlite/page_sum.h"

namespace velum {

constexpr std::uint64_t log_header_bytes = 32;
constexpr std::uint64_t log_frame_header_bytes = 24;
constexpr std::uint64_t log_frame_bytes = log_frame_header_bytes + database_page_bytes;

class LogSums {
 public:
  // Those of the frames from the first on, when the log was looked through (log_check.h).
  void take(std::vector<std::uint64_t> sums) {
    const std::lock_guard lock(mutex_);
    sums_ = std::move(sums);
  }

  // `bytes` are being written at `offset`. What is no page is SQLite's to look after.
  void note_write(std::uint64_t offset, ByteView bytes) {
    if (!is_page(offset, bytes)) return;
    const std::uint64_t sum = page_sum(0, bytes);
    const std::lock_guard lock(mutex_);
    const std::size_t frame = frame_at(offset);
    if (sums_.size() <= frame) sums_.resize(frame + 1);
    sums_[frame] = sum;
  }

  // Were `bytes`, read at `offset`, written there?
  bool fits(std::uint64_t offset, ByteView bytes) const {
    if (!is_page(offset, bytes)) return true;
    const std::uint64_t sum = page_sum(0, bytes);
    const std::shared_lock lock(mutex_);
    const std::size_t frame = frame_at(offset);
    return frame < sums_.size() && sums_[frame] == sum;
  }

 private:
  static bool is_page(std::uint64_t offset, ByteView bytes) {
    return bytes.size() == database_page_bytes &&
           offset % log_frame_bytes == log_header_bytes + log_frame_header_bytes;
  }
  static std::size_t frame_at(std::uint64_t offset) {
    return static_cast<std::size_t>(offset / log_frame_bytes);
  }

  mutable std::shared_mutex mutex_;
  std::vector<std::uint64_t> sums_;
};

}  // namespace velum
