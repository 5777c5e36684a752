#pragma once
// Sweeper: deletes from the store what has expired, once a minute. Today: idempotency keys.
//
// Nobody is shown what has expired, swept or not (the Store sees to that). This is about what stays
// on disk of a store that nobody writes to any more: writes sweep a little by themselves.

#include <atomic>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "io/event_loop.h"
#include "storage/store.h"

namespace velum {

class Sweeper {
 public:
  struct Parts {
    EventLoop& loop;
    Store& store;  // Of that loop.
    const Clock& clock;
    Log& log;
  };
  // What the parts refer to outlives the sweeper.
  Sweeper(const Parts& parts, std::vector<AccountId> accounts)
      : parts_(parts), accounts_(std::move(accounts)) {}

  // Sweeps at once, and then until stop(). Start it once.
  Task<void> run();
  Task<Result<void>> sweep();
  void stop() { stopping_ = true; }  // Any thread. run() ends a moment later.

 private:
  Parts parts_;
  std::vector<AccountId> accounts_;
  std::atomic<bool> stopping_{false};
};

}  // namespace velum
