#pragma once
// SqliteOptions and SqliteStatistics: what is set, and what is counted, about a database.

#include <cstddef>
#include <cstdint>
#include <string>

namespace velum {

struct SqliteOptions {
  std::string path;  // Its directory must exist.
  std::size_t transaction_batches_max = 512;
  std::size_t queue_batches_max = 65'536;  // Above it, commit() answers storage_unavailable.
  std::uint32_t checkpoint_pages = 2'000;  // 8 MiB. A page is 4 KiB.
  std::uint32_t log_pages_max = 16'000;    // 64 MiB: writers wait for a checkpoint then.
};

struct SqliteStatistics {
  std::uint64_t transactions = 0;
  std::uint64_t batches = 0;      // Requests that were part of them.
  std::uint64_t checkpoints = 0;  // Of all kinds.
  std::uint64_t log_pages = 0;    // In the write-ahead log.
  bool available = true;          // False: takes no writes until it is opened again.
};

}  // namespace velum
