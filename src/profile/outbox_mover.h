#pragma once
// OutboxMover: takes the audit entries that committed writes left in the store's outbox to the
// audit log, and then deletes them there.
//
// A crash between the two leaves an entry in both; the log knows its id and skips it. While the log
// is down the outbox grows; has_room() turns false at the bound, and writers answer 503.

#include <atomic>
#include <chrono>
#include <cstdint>

#include "audit/audit_log.h"
#include "base/log.h"
#include "io/event_loop.h"
#include "storage/store.h"

namespace velum {

// What a write is answered without has_room().
inline Error outbox_is_full() {
  return {ErrorCode::audit_unavailable, "the audit log is down and its queue is full"};
}

class OutboxMover {
 public:
  static constexpr std::uint64_t size_max = 1'000'000;

  // Runs on `loop`, with a store of that loop. The references outlive the mover.
  OutboxMover(EventLoop& loop, Store& store, AuditLog& audit, Log& log)
      : loop_(loop), store_(store), audit_(audit), log_(log) {}

  // Moves until stop(). Start it once.
  Task<void> run();
  // Moves all there is now. For start-up, commands and the end.
  Task<Result<void>> drain();
  void stop() { stopping_ = true; }  // Any thread.

  // What waits, as far as is known: counted only while the log is down.
  std::uint64_t size() const { return size_; }        // Any thread.
  bool has_room() const { return size_ < size_max; }  // Any thread.

 private:
  Task<Result<std::size_t>> move_some();

  EventLoop& loop_;
  Store& store_;
  AuditLog& audit_;
  Log& log_;
  std::atomic<std::uint64_t> size_{0};
  std::atomic<bool> stopping_{false};
};

}  // namespace velum
