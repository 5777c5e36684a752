#pragma once
// Writer: the one thread that changes a database. Takes all that is queued, commits it as one
// transaction, and hands each request its own answer.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "io/handoff.h"
#include "storage/sqlite/connection.h"
#include "storage/store.h"

namespace velum {

struct WriteRequest {
  WriteBatch batch;  // Empty: checkpoint and truncate the log instead, after what came before.
  Resolve<Result<void>> resolve;
};

class Writer {
 public:
  explicit Writer(Log& log) : log_(log) {}
  ~Writer();  // Finishes what was queued.

  // Opens the connection, takes the schema's steps, and starts the thread.
  Result<void> start(const char* vfs, const std::string& path);
  void submit(WriteRequest request);  // Any thread.

  std::uint64_t transactions() const { return transactions_; }
  std::uint64_t batches() const { return batches_; }

 private:
  void run();
  std::deque<WriteRequest> take();
  void write(std::deque<WriteRequest>& requests);
  Result<void> commit(std::deque<WriteRequest>& requests, std::vector<Result<void>>& results);
  Result<void> checkpoint(const char* text);

  Log& log_;
  SqliteConnection connection_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<WriteRequest> queue_;
  bool ending_ = false;
  bool poisoned_ = false;  // The thread's own.
  std::uint64_t since_checkpoint_ = 0;
  std::atomic<std::uint64_t> transactions_{0};
  std::atomic<std::uint64_t> batches_{0};
  std::thread thread_;
};

}  // namespace velum
