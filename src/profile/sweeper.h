#pragma once
// Sweeper: ends what has expired, twice a minute. Records are hidden for good, and shredded a day
// later with their keys; idempotency keys go at once.
//
// Nobody is shown what has expired, swept or not: the Store sees to that. Hiding makes it hold
// wherever the clock goes. The day is one that the store has really run, so that a wrong clock
// leaves time to notice: until then all can be shown again (ShowHidden). While the clocks disagree
// nothing is shredded, and only what has expired by both of them is hidden, or swept.

#include <atomic>
#include <vector>

#include "profile/background_parts.h"

namespace velum {

class Sweeper {
 public:
  static constexpr std::chrono::hours grace{24};
  static constexpr std::chrono::seconds interval{30};

  Sweeper(const BackgroundParts& parts, std::vector<AccountId> accounts)
      : parts_(parts), accounts_(std::move(accounts)) {}

  // Before the clock is asked: what `store` knows of the time. With the wall trusted, what was
  // hidden by another clock is shown again.
  static Task<Result<void>> resume(TrustedClock& clock, ClockTrust trust, Store& store,
                                   std::vector<AccountId> accounts);

  // Sweeps at once, and then until stop(). Start it once.
  Task<void> run();
  Task<Result<void>> sweep();
  void stop() { stopping_ = true; }  // Any thread. run() ends a moment later.

 private:
  TrustedClock::Check check_clock();
  Task<Result<void>> sweep_keys(Instant passed);
  Task<Result<void>> hide(AccountId account, Instant passed);
  Task<Result<bool>> shred(AccountId account);
  InsertOutbox entry_of(const ExpiredRecord& record);

  BackgroundParts parts_;
  std::vector<AccountId> accounts_;
  bool agreed_ = true;  // As of the last sweep: others check the clock too.
  std::atomic<bool> stopping_{false};
};

}  // namespace velum
