#include "storage/sqlite/checkpointer.h"

#include <utility>

namespace velum {

Checkpointer::Checkpointer(std::unique_ptr<SqliteConnection> connection, Health& health,
                           const SqliteOptions& options)
    : connection_(std::move(connection)),
      health_(health),
      options_(options),
      thread_([this] { loop(); }) {}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Checkpointer::log_has(std::uint32_t pages) {
  bool due = false;
  {
    const std::lock_guard lock(mutex_);
    // A commit after a complete checkpoint starts the log again from its beginning.
    if (pages < log_pages_) copied_pages_ = 0;
    log_pages_ = pages;
    due = log_pages_ >= copied_pages_ + options_.checkpoint_log_pages;
  }
  if (due) wake_.notify_one();
}

void Checkpointer::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] {
      return stopping_ || log_pages_ >= copied_pages_ + options_.checkpoint_log_pages;
    });
    if (stopping_) return;
    // Counted as copied even if it fails: the next attempt is due after as many pages again.
    copied_pages_ = log_pages_;
    lock.unlock();
    static_cast<void>(run(*connection_, CheckpointMode::passive));
    lock.lock();
  }
}

void Checkpointer::keep_log_short(SqliteConnection& writer) {
  if (writer.log_pages() < options_.log_pages_max) return;
  // When it fails the log grows on: either the database is poisoned, or a reader was slow and the
  // next group tries again.
  static_cast<void>(run(writer, CheckpointMode::restart));
}

Result<Checkpoint> Checkpointer::run(SqliteConnection& connection, CheckpointMode mode) {
  const std::lock_guard lock(one_at_a_time_);
  if (health_.poisoned()) {
    return Error(ErrorCode::storage_unavailable, "the store does not take writes");
  }
  auto checkpoint = connection.checkpoint(mode);
  ++done_;
  if (!checkpoint && checkpoint.error().code() != ErrorCode::no_space &&
      checkpoint.error().code() != ErrorCode::locked) {
    health_.poison("a checkpoint failed", connection.last_code());
  }
  return checkpoint;
}

}  // namespace velum
