#pragma once
// TrustedClock: the wall's time for a store that must not be destroyed by it, nor show again what
// has expired.
//
// Within a process now() never goes back: where the wall does, it goes on by the monotonic clock.
// A wall that has run ahead is followed at once (what has expired by either of them is hidden) and,
// once it is put right, left again. What cannot be undone rests on passed(), which believes the
// earlier of the two, and on running(): time that the store has really run, whatever clocks said.
// A wall that stays ahead for a day, going as time does, was right: it is believed from then on.

#include <atomic>

#include "base/clock.h"

namespace velum {

// What was known when it was last written down.
struct ClockState {
  Instant wall;
  Ticks running{};  // Over all processes.
};

enum class ClockTrust : std::uint8_t {
  what_was_saved,  // A wall that is behind it is wrong, until it has caught up. Time stands then.
  the_wall,        // An operator says that it is right now.
};

class TrustedClock final : public Clock {
 public:
  // Far more than a clock is corrected by in good order, and little beside the grace of a day.
  static constexpr std::chrono::hours tolerance{1};
  static constexpr std::chrono::hours patience{24};

  explicit TrustedClock(const Clock& machine);
  // Before anything else of it is asked.
  void resume(const ClockState& saved, ClockTrust trust);

  Instant now() const override;
  std::chrono::nanoseconds monotonic() const override { return machine_.monotonic(); }
  Instant passed() const override;  // By both, the wall and the monotonic clock.
  Ticks running() const;

  struct Check {
    Instant passed;
    bool agrees = false;
    // For what is destroyed without a grace: the same but that, for a day after a start, a wall is
    // not believed that has gone on since it was saved. It may have leapt while nobody looked.
    Instant settled;
  };
  // Compares the clocks, and follows a wall that was corrected a little. One thread.
  Check check();
  bool agrees() const { return agrees_; }  // As of the last check. Any thread.
  ClockState state() const { return {now(), running()}; }

 private:
  Ticks machine_ticks() const;
  Instant settled(Instant passed) const;
  Instant expected() const { return Instant(machine_ticks() + Ticks(offset_.load())); }

  // A wall that is so far ahead: little, or for a day.
  bool is_in_step(Ticks ahead);

  const Clock& machine_;
  const Ticks started_;
  Ticks ran_before_{};
  Ticks ahead_{};        // Of a wall that is ahead, and since when: check()'s.
  Ticks ahead_since_{};  // By the monotonic clock.
  std::atomic<std::int64_t> floor_{Instant::min().time_since_epoch().count()};  // What was saved.
  std::atomic<std::int64_t> offset_;  // In ticks: the wall's time less the monotonic one.
  std::atomic<bool> agrees_{true};
};

}  // namespace velum
