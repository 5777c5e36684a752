#include "base/trusted_clock.h"

#include <algorithm>

namespace velum {

TrustedClock::TrustedClock(const Clock& machine)
    : machine_(machine),
      started_(machine_ticks()),
      offset_((machine.now().time_since_epoch() - started_).count()) {}

void TrustedClock::resume(const ClockState& saved, ClockTrust trust) {
  ran_before_ = saved.running;
  if (trust == ClockTrust::what_was_saved) floor_ = saved.wall.time_since_epoch().count();
}

Ticks TrustedClock::machine_ticks() const {
  return std::chrono::duration_cast<Ticks>(machine_.monotonic());
}

Instant TrustedClock::now() const {
  return std::max({machine_.now(), expected(), Instant(Ticks(floor_.load()))});
}

Instant TrustedClock::passed() const {
  return std::min(machine_.now(), expected());
}

Ticks TrustedClock::running() const {
  return ran_before_ + (machine_ticks() - started_);
}

bool TrustedClock::is_in_step(Ticks ahead) {
  if (ahead <= tolerance) {
    ahead_ = Ticks(0);
    return true;
  }
  const Ticks now = machine_ticks();
  const bool goes_as_time_does = ahead <= ahead_ + tolerance && ahead + tolerance >= ahead_;
  if (!goes_as_time_does) {
    ahead_ = ahead;
    ahead_since_ = now;
  }
  return now - ahead_since_ >= patience;
}

TrustedClock::Check TrustedClock::check() {
  const Instant wall = machine_.now();
  const Instant by_monotonic = expected();
  const Ticks ahead = wall - by_monotonic;
  const bool in_step = is_in_step(ahead);
  const bool is_behind = ahead < -tolerance || wall + tolerance < Instant(Ticks(floor_.load()));
  agrees_ = !is_behind && in_step;
  // Only forward: now() must not go back.
  if (agrees_ && ahead.count() > 0) offset_ += ahead.count();
  const Instant passed = std::min(wall, by_monotonic);
  return {passed, agrees_, settled(passed)};
}

Instant TrustedClock::settled(Instant passed) const {
  const Instant saved{Ticks(floor_.load())};
  const bool is_new = machine_ticks() - started_ < patience;
  return is_new && saved > Instant::min() ? std::min(passed, saved) : passed;
}

}  // namespace velum
