#include "storage/sqlite/writer.h"

#include <utility>

#include "storage/sqlite/apply.h"

namespace velum {
namespace {

constexpr std::size_t transaction_size_max = 512;
// About 16 MiB of log between checkpoints.
constexpr std::uint64_t batches_per_checkpoint = 4096;

Error unavailable() {
  return {ErrorCode::storage_unavailable, "the store cannot be written until it is opened again"};
}

bool is_fatal(const Result<void>& result) {
  return !result && result.error().code() == ErrorCode::storage_unavailable;
}

}  // namespace

Writer::~Writer() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

Result<void> Writer::start(const char* vfs, const std::string& path) {
  TRY(connection_.open(vfs, path));
  for (const std::string_view step : schema_steps()) {
    TRY(connection_.execute(std::string(step).c_str()));
  }
  thread_ = std::thread([this] { run(); });
  return {};
}

void Writer::submit(WriteRequest request) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(request));
  }
  wake_.notify_one();
}

std::deque<WriteRequest> Writer::take() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
  std::deque<WriteRequest> taken;
  while (!queue_.empty() && taken.size() < transaction_size_max) {
    // A scrub comes after all that was asked before it, and alone.
    if (queue_.front().batch.empty() && !taken.empty()) break;
    taken.push_back(std::move(queue_.front()));
    queue_.pop_front();
    if (taken.back().batch.empty()) break;
  }
  return taken;
}

void Writer::run() {
  while (true) {
    std::deque<WriteRequest> requests = take();
    if (requests.empty()) break;
    if (requests.front().batch.empty()) {
      requests.front().resolve(checkpoint("PRAGMA wal_checkpoint(TRUNCATE)"));
    } else {
      write(requests);
    }
  }
  if (!poisoned_) static_cast<void>(checkpoint("PRAGMA wal_checkpoint(TRUNCATE)").has_value());
}

Result<void> Writer::checkpoint(const char* text) {
  if (poisoned_) return unavailable();
  if (auto done = connection_.execute(text); !done) {
    poisoned_ = true;
    log_.error("checkpoint_failed");
    return done;
  }
  since_checkpoint_ = 0;
  return {};
}

void Writer::write(std::deque<WriteRequest>& requests) {
  std::vector<Result<void>> results(requests.size());
  const auto committed = poisoned_ ? Result<void>(unavailable()) : commit(requests, results);
  if (!committed && !poisoned_) {
    poisoned_ = true;
    log_.error("store_write_failed");
  }
  ++transactions_;
  batches_ += requests.size();
  for (std::size_t index = 0; index < requests.size(); ++index) {
    requests[index].resolve(committed ? results[index] : Result<void>(unavailable()));
  }
  since_checkpoint_ += requests.size();
  if (!poisoned_ && since_checkpoint_ >= batches_per_checkpoint) {
    static_cast<void>(checkpoint("PRAGMA wal_checkpoint(PASSIVE)").has_value());
  }
}

Result<void> Writer::commit(std::deque<WriteRequest>& requests,
                            std::vector<Result<void>>& results) {
  TRY(connection_.execute("BEGIN IMMEDIATE"));
  for (std::size_t index = 0; index < requests.size(); ++index) {
    TRY(connection_.execute("SAVEPOINT request"));
    for (const WriteOperation& operation : requests[index].batch) {
      results[index] = apply_operation(connection_, operation);
      if (!results[index]) break;
    }
    if (is_fatal(results[index])) {
      static_cast<void>(connection_.execute("ROLLBACK").has_value());
      return unavailable();
    }
    if (!results[index]) TRY(connection_.execute("ROLLBACK TO request"));
    TRY(connection_.execute("RELEASE request"));
  }
  return connection_.execute("COMMIT");
}

}  // namespace velum
