#include "storage/sqlite/writer.h"

#include <utility>

#include "io/process.h"

namespace velum {
namespace {

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

// A database of another format would be taken for one without its columns. The number comes before
// the first table, so that a crash leaves none without it.
Result<void> Writer::check_format() {
  TRY_ASSIGN(const std::int64_t format, connection_.number("PRAGMA user_version"));
  if (format == tables_.format) return {};
  TRY_ASSIGN(const std::int64_t tables, connection_.number("SELECT count(*) FROM sqlite_schema"));
  if (tables > 0 || format != 0) {
    return Error(ErrorCode::corrupt, "the database was made by another version of velum",
                 options_.path);
  }
  const std::string number = "PRAGMA user_version=" + std::to_string(tables_.format);
  return connection_.execute(number.c_str());
}

Result<void> Writer::start(const char* vfs) {
  TRY(connection_.open(vfs, options_.path, tables_));
  TRY(check_format());
  for (const std::string_view step : tables_.steps) {
    TRY(connection_.execute(std::string(step).c_str()));
  }
  TRY(checkpointer_.start(vfs, tables_));
  thread_ = std::thread([this] {
    name_this_thread("velum-writer");
    run();
  });
  return {};
}

void Writer::submit(WriteRequest request) {
  Resolve<Result<void>> refused;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() < options_.queue_batches_max) {
      queue_.push_back(std::move(request));
    } else {
      refused = std::move(request.resolve);
    }
  }
  if (refused) {
    refused(Error(ErrorCode::storage_unavailable, "too many writes wait for the store"));
  } else {
    wake_.notify_one();
  }
}

SqliteStatistics Writer::statistics() const {
  return {transactions_, batches_, checkpointer_.checkpoints(), connection_.log_pages(),
          is_usable()};
}

std::deque<WriteRequest> Writer::take() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
  std::deque<WriteRequest> taken;
  while (!queue_.empty() && taken.size() < options_.transaction_batches_max) {
    // A scrub comes after all that was asked before it, and alone.
    if (!queue_.front().change && !taken.empty()) break;
    taken.push_back(std::move(queue_.front()));
    queue_.pop_front();
    if (!taken.back().change) break;
  }
  return taken;
}

void Writer::run() {
  while (true) {
    std::deque<WriteRequest> requests = take();
    if (requests.empty()) break;
    if (!requests.front().change) {
      requests.front().resolve(empty_log());
    } else {
      write(requests);
    }
  }
  if (is_usable()) static_cast<void>(empty_log().has_value());
}

Result<void> Writer::empty_log() {
  if (!is_usable()) return unavailable();
  return checkpointer_.truncate(connection_);
}

void Writer::write(std::deque<WriteRequest>& requests) {
  if (is_usable()) checkpointer_.keep_log_short(connection_);
  std::vector<Result<void>> results(requests.size());
  const auto committed = is_usable() ? commit(requests, results) : Result<void>(unavailable());
  if (!committed && !failed_.exchange(true)) log_.error("store_write_failed");
  // Whatever came of it: after a failed commit nobody knows.
  for (const WriteRequest& request : requests) request.change->settled();
  ++transactions_;
  batches_ += requests.size();
  for (std::size_t index = 0; index < requests.size(); ++index) {
    requests[index].resolve(committed ? results[index] : Result<void>(unavailable()));
  }
  if (committed) checkpointer_.log_has(connection_.log_pages());
}

Result<void> Writer::commit(std::deque<WriteRequest>& requests,
                            std::vector<Result<void>>& results) {
  TRY(connection_.execute("BEGIN IMMEDIATE"));
  for (std::size_t index = 0; index < requests.size(); ++index) {
    TRY(connection_.execute("SAVEPOINT request"));
    results[index] = requests[index].change->apply(connection_);
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
