#pragma once
// Checkpointer: moves the write-ahead log into the database, on a thread and a connection of its
// own, so that commits need not wait. Only if it falls far behind does the writer wait for it.
//
// A checkpoint that fails for any reason but a full disk or a busy reader poisons the database.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "base/result.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/health.h"
#include "storage/sqlite/options.h"

namespace velum {

class Checkpointer {
 public:
  // `health` and `options` outlive it.
  Checkpointer(std::unique_ptr<SqliteConnection> connection, Health& health,
               const SqliteOptions& options);
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  ~Checkpointer();

  // The writer reports the length of the log, after each commit.
  void log_has(std::uint32_t pages);
  // The writer, before it appends to the log: waits for a checkpoint if that is too long.
  void keep_log_short(SqliteConnection& writer);
  // A checkpoint on the caller's connection; never two at a time.
  Result<Checkpoint> run(SqliteConnection& connection, CheckpointMode mode);

  std::uint64_t done() const { return done_.load(); }

 private:
  void loop();

  std::unique_ptr<SqliteConnection> connection_;
  Health& health_;
  const SqliteOptions& options_;
  std::atomic<std::uint64_t> done_{0};

  std::mutex one_at_a_time_;
  std::mutex mutex_;  // For what follows.
  std::condition_variable wake_;
  std::uint32_t log_pages_ = 0;
  std::uint32_t copied_pages_ = 0;
  bool stopping_ = false;
  std::thread thread_;  // Last: it uses the rest.
};

}  // namespace velum
