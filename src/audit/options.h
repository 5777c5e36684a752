#pragma once
// The audit log's settings, and what it counts.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace velum {

struct AuditOptions {
  std::uint64_t segment_size_bytes = 8ULL << 20;
  // An append that is not durable by then answers audit_unavailable. Promise 2 says 2 s.
  std::chrono::milliseconds append_timeout{1500};
  std::chrono::milliseconds checkpoint_interval{1000};
  // Trees that could not be written so often in a row: nothing more is taken until they can be.
  unsigned failed_commits_max = 5;
  // After a failure a new segment is tried this often: the disk may have room again.
  std::chrono::milliseconds retry_pause{200};
  // More than this many entries that wait are refused at once: about 10 MB of them.
  std::size_t waiting_entries_max = 20'000;
  // Told of every checkpoint that is new, and of each log's newest when it is opened. On the thread
  // of the trees, which waits for it.
  std::function<void(std::string_view note)> on_checkpoint{};
};

struct AuditStatistics {
  std::uint64_t entries = 0;   // Made durable since the start.
  std::uint64_t batches = 0;   // Syncs that made them so.
  std::uint64_t failures = 0;  // Appends that failed or timed out.
  bool available = true;
};

}  // namespace velum
