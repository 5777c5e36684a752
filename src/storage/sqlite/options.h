#pragma once
// SqliteOptions and SqliteStatistics: what is set, and what is counted, about a database.

#include <cstddef>
#include <cstdint>
#include <string>

namespace velum {

struct SqliteOptions {
  std::string path;  // Its directory must exist. SQLite adds "-wal" and "-journal" for its logs.
  std::int64_t writer_cache_kib = 65536;
  std::int64_t reader_cache_kib = 16384;      // For each event loop.
  std::size_t group_batches_max = 256;        // In one transaction.
  std::size_t queue_batches_max = 65536;      // Above it, commit() answers storage_unavailable.
  std::uint32_t checkpoint_log_pages = 2000;  // 8 MiB. A page is 4 KiB.
  std::uint32_t log_pages_max = 16000;        // 64 MiB. Writers wait for a checkpoint then.
};

struct SqliteStatistics {
  std::uint64_t requests = 0;     // Calls of commit() that the writer has answered.
  std::uint64_t refused = 0;      // Of these, with an operation's own error.
  std::uint64_t groups = 0;       // Transactions that held them.
  std::uint64_t checkpoints = 0;  // Of all kinds.
  std::uint64_t log_pages = 0;    // In the write-ahead log now.
  bool poisoned = false;          // Takes no more writes.
};

}  // namespace velum
