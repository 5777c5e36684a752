#pragma once
// Writer: the one thread that changes a database. Takes all that is queued, commits it as one
// transaction, and hands each request its own answer.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "io/handoff.h"
#include "storage/sqlite/change.h"
#include "storage/sqlite/checkpointer.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/options.h"
#include "storage/sqlite/tables.h"

namespace velum {

struct WriteRequest {
  std::unique_ptr<Change> change;  // None: empty the log instead, after what came before.
  Resolve<Result<void>> resolve;
};

class Writer {
 public:
  // All outlive it.
  Writer(const SqliteOptions& options, const SqliteTables& tables, Log& log)
      : options_(options), tables_(tables), log_(log), checkpointer_(options, log) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();  // Finishes what was queued.

  // Opens the connections, takes the schema's steps, and starts the threads.
  Result<void> start(const char* vfs);
  void submit(WriteRequest request);  // Any thread.
  SqliteStatistics statistics() const;

 private:
  Result<void> check_format();
  void run();
  std::deque<WriteRequest> take();
  void write(std::deque<WriteRequest>& requests);
  Result<void> commit(std::deque<WriteRequest>& requests, std::vector<Result<void>>& results);
  Result<void> empty_log();
  bool is_usable() const { return !failed_ && !checkpointer_.has_failed(); }

  const SqliteOptions& options_;
  const SqliteTables& tables_;
  Log& log_;
  Checkpointer checkpointer_;
  SqliteConnection connection_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<WriteRequest> queue_;
  bool ending_ = false;
  std::atomic<bool> failed_{false};
  std::atomic<std::uint64_t> transactions_{0};
  std::atomic<std::uint64_t> batches_{0};
  std::thread thread_;
};

}  // namespace velum
