#include "access/budget.h"

namespace velum {

void MinuteBudget::turn() {
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::minutes>(clock_.monotonic()).count();
  if (now == minute_) return;
  minute_ = now;
  taken_.clear();
  told_.clear();
}

bool MinuteBudget::is_first_refusal(PrincipalId who) {
  const std::lock_guard lock(mutex_);
  turn();
  return told_.insert(who).second;
}

Result<std::uint32_t> MinuteBudget::take(PrincipalId who, std::uint32_t amount) {
  static constexpr Literal message = "you have asked for too much in this minute: try again later";
  if (per_minute_ == 0) return UINT32_MAX;
  const std::lock_guard lock(mutex_);
  turn();
  const auto known = taken_.find(who);
  const std::uint32_t before = known == taken_.end() ? 0 : known->second;
  if (amount > per_minute_ - before) {
    return Error(ErrorCode::rate_limited, message, std::string(name_.view()));
  }
  taken_[who] = before + amount;
  return per_minute_ - before - amount;
}

std::chrono::seconds MinuteBudget::until_next() const {
  const auto into_minute = clock_.monotonic() % std::chrono::minutes(1);
  return std::chrono::ceil<std::chrono::seconds>(std::chrono::minutes(1) - into_minute);
}

}  // namespace velum
