#include "storage/sqlite/checkpointer.h"

#include "io/process.h"

namespace velum {

Checkpointer::~Checkpointer() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

Result<void> Checkpointer::start(const char* vfs, const SqliteTables& tables) {
  TRY(connection_.open(vfs, options_.path, tables));
  thread_ = std::thread([this] {
    name_this_thread("velum-checkp");
    run();
  });
  return {};
}

void Checkpointer::log_has(std::uint32_t pages) {
  bool due = false;
  {
    const std::lock_guard lock(mutex_);
    // A commit after a complete checkpoint begins the log again.
    if (pages < log_pages_) copied_pages_ = 0;
    log_pages_ = pages;
    due = log_pages_ >= copied_pages_ + options_.checkpoint_pages;
  }
  if (due) wake_.notify_one();
}

void Checkpointer::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] {
      return ending_ || log_pages_ >= copied_pages_ + options_.checkpoint_pages;
    });
    if (ending_) return;
    // Counted as copied even if it fails: the next attempt is due after as many pages again.
    copied_pages_ = log_pages_;
    lock.unlock();
    static_cast<void>(checkpoint(connection_, CheckpointMode::passive).has_value());
    lock.lock();
  }
}

void Checkpointer::keep_log_short(SqliteConnection& writer) {
  const std::uint32_t pages = writer.log_pages();
  if (pages < options_.log_pages_max) {
    cap_tried_at_pages_ = 0;
    return;
  }
  // Where a reader stays in the way, every group would wait for it in vain.
  if (cap_tried_at_pages_ > 0 && pages < cap_tried_at_pages_ + options_.checkpoint_pages) return;
  cap_tried_at_pages_ = pages;
  const auto done = checkpoint(writer, CheckpointMode::restart);
  if (done && *done == Checkpointed::in_part) log_.warning("log_over_cap", {{"pages", pages}});
}

Result<void> Checkpointer::truncate(SqliteConnection& writer) {
  TRY_ASSIGN(const Checkpointed done, checkpoint(writer, CheckpointMode::truncate));
  if (done == Checkpointed::all) return {};
  return Error(ErrorCode::storage_unavailable, "a reader keeps the log from being emptied");
}

Result<Checkpointed> Checkpointer::checkpoint(SqliteConnection& connection, CheckpointMode mode) {
  const std::lock_guard lock(one_at_a_time_);
  ++checkpoints_;
  auto done = connection.checkpoint(mode);
  if (!done && done.error().code() != ErrorCode::no_space && !failed_.exchange(true)) {
    log_.error("checkpoint_failed");
  }
  return done;
}

}  // namespace velum
