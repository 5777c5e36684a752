#pragma once
// MinuteBudget: how much of something each principal may have in a minute.
//
// One minute for all, counted from the start of the clock, so that nothing is kept but what was
// taken in the current one; who comes at its turn may have twice as much in a row. Kept in memory:
// a process forgets it when it ends, and two processes have a budget each. Only for who is known:
// there are no more of them than keys, and shoppers who come in that minute. Any thread.

#include <chrono>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"

namespace velum {

class MinuteBudget {
 public:
  // `clock` outlives the budget. `name` is what an operator sets it by, and is told to whoever has
  // had it all. A `per_minute` of 0 gives everybody everything.
  MinuteBudget(const Clock& clock, Literal name, std::uint32_t per_minute)
      : clock_(clock), name_(name), per_minute_(per_minute) {}

  Literal name() const { return name_; }
  std::uint32_t per_minute() const { return per_minute_; }

  // Takes all of `amount`, and says how much is left; or takes nothing, and fails with
  // rate_limited.
  Result<std::uint32_t> take(PrincipalId who, std::uint32_t amount);
  // Has `who` not been refused before in this minute? For who writes that down once.
  bool is_first_refusal(PrincipalId who);
  // Until the next minute begins: more than none.
  std::chrono::seconds until_next() const;

 private:
  void turn();

  const Clock& clock_;
  const Literal name_;
  const std::uint32_t per_minute_;
  std::mutex mutex_;
  std::int64_t minute_ = 0;
  std::unordered_map<PrincipalId, std::uint32_t> taken_;
  std::unordered_set<PrincipalId> told_;
};

}  // namespace velum
