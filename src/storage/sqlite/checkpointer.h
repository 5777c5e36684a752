#pragma once
// Checkpointer: moves the write-ahead log into the database, on a thread and a connection of its
// own, so that commits need not wait for it. Only when the log is over its cap does the writer
// wait.
//
// A checkpoint that fails for any reason but a full disk or a reader in its way is taken as a disk
// that cannot be relied on: has_failed() turns true, and the writer stops until the next opening.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "base/log.h"
#include "base/result.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/options.h"

namespace velum {

class Checkpointer {
 public:
  // Both outlive it.
  Checkpointer(const SqliteOptions& options, Log& log) : options_(options), log_(log) {}
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  ~Checkpointer();

  // Opens its connection and starts its thread.
  Result<void> start(const char* vfs, const SqliteTables& tables);

  // The writer's, after each commit: the log has so many pages.
  void log_has(std::uint32_t pages);
  // The writer's, before it appends to the log. Returns at once while the log is under its cap. A
  // reader that stays in the way only lets it grow on.
  void keep_log_short(SqliteConnection& writer);
  // The writer's: everything into the database, and nothing left in the log. Fails with
  // storage_unavailable.
  Result<void> truncate(SqliteConnection& writer);

  bool has_failed() const { return failed_; }                 // Any thread.
  std::uint64_t checkpoints() const { return checkpoints_; }  // Any thread.

 private:
  void run();
  Result<Checkpointed> checkpoint(SqliteConnection& connection, CheckpointMode mode);

  const SqliteOptions& options_;
  Log& log_;
  SqliteConnection connection_;
  std::atomic<bool> failed_{false};
  std::atomic<std::uint64_t> checkpoints_{0};
  std::uint32_t cap_tried_at_pages_ = 0;  // The writer's.

  std::mutex one_at_a_time_;  // SQLite would refuse a second checkpoint as busy.
  std::mutex mutex_;          // For what follows.
  std::condition_variable wake_;
  std::uint32_t log_pages_ = 0;
  std::uint32_t copied_pages_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace velum
