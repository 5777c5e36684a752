#pragma once
// RevealBudget: of how many people each principal may see the personal data in an hour, and in a
// day. The same person again costs nothing.
//
// Hours and days are those of UTC; who comes at their turn may have twice as much in a row. Kept in
// memory, and known again after a restart: the audit log has every reveal, and restore() is given
// those of the day. Any thread.

#include <chrono>
#include <cstdint>
#include <mutex>
#include <span>
#include <unordered_map>
#include <unordered_set>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"

namespace velum {

// 0: no limit.
struct RevealLimits {
  std::uint32_t subjects_per_hour = 1'000;
  std::uint32_t subjects_per_day = 5'000;
};

class RevealBudget {
 public:
  static constexpr Literal hour_name = "subjects-per-hour";
  static constexpr Literal day_name = "subjects-per-day";

  // `clock` outlives the budget.
  RevealBudget(const Clock& clock, RevealLimits limits) : clock_(clock), limits_(limits) {}

  // Takes all of `subjects`; or none, and fails with rate_limited and the limit's name.
  Result<void> take(PrincipalId who, std::span<const Token> subjects);
  // What was revealed at `at`, before this process began.
  void restore(PrincipalId who, Token subject, Instant at);
  bool has_limits() const { return limits_.subjects_per_hour > 0 || limits_.subjects_per_day > 0; }
  Instant day_began() const;
  // Until the next hour, or the next day, begins: more than none.
  std::chrono::seconds until_next_hour() const;
  std::chrono::seconds until_next_day() const;

 private:
  struct Seen {
    std::unordered_set<Token> in_hour;
    std::unordered_set<Token> in_day;
  };
  enum class Period : std::uint8_t { this_hour, this_day };
  void turn(Instant now);
  void note(Seen& seen, Token subject, Period period) const;

  const Clock& clock_;
  const RevealLimits limits_;
  mutable std::mutex mutex_;
  Instant hour_;  // When the current ones began.
  Instant day_;
  std::unordered_map<PrincipalId, Seen> seen_;
};

}  // namespace velum
