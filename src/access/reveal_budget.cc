#include "access/reveal_budget.h"

#include <algorithm>

namespace velum {
namespace {

using std::chrono::days;
using std::chrono::hours;

template <typename Unit>
Instant begin_of(Instant now) {
  return Instant(std::chrono::floor<Unit>(now.time_since_epoch()));
}

template <typename Unit>
std::chrono::seconds until_next(Instant now) {
  return std::chrono::ceil<std::chrono::seconds>(begin_of<Unit>(now) + Unit(1) - now);
}

// Would they still fit if all that are new were there?
bool fits(const std::unordered_set<Token>& seen, const std::unordered_set<Token>& more,
          std::uint32_t max) {
  const auto is_new = [&](const Token& subject) { return !seen.contains(subject); };
  const auto added = static_cast<std::size_t>(std::count_if(more.begin(), more.end(), is_new));
  return max == 0 || added == 0 || seen.size() + added <= max;
}

Error too_many(Literal message, Literal name) {
  return Error(ErrorCode::rate_limited, message, std::string(name.view()));
}

}  // namespace

void RevealBudget::turn(Instant now) {
  if (begin_of<days>(now) != day_) {
    day_ = begin_of<days>(now);
    seen_.clear();
  }
  if (begin_of<hours>(now) != hour_) {
    hour_ = begin_of<hours>(now);
    for (auto& [who, seen] : seen_) seen.in_hour.clear();
  }
}

Result<void> RevealBudget::take(PrincipalId who, std::span<const Token> subjects) {
  if (!has_limits()) return {};
  const std::unordered_set<Token> asked(subjects.begin(), subjects.end());
  const std::lock_guard lock(mutex_);
  turn(clock_.now());
  Seen& seen = seen_[who];
  if (!fits(seen.in_day, asked, limits_.subjects_per_day)) {
    return too_many("you have seen as many people as you may in a day", day_name);
  }
  if (!fits(seen.in_hour, asked, limits_.subjects_per_hour)) {
    return too_many("you have seen as many people as you may in an hour", hour_name);
  }
  for (const Token& subject : asked) note(seen, subject, Period::this_hour);
  return {};
}

void RevealBudget::restore(PrincipalId who, Token subject, Instant at) {
  const std::lock_guard lock(mutex_);
  turn(clock_.now());
  if (at < day_) return;
  note(seen_[who], subject, at >= hour_ ? Period::this_hour : Period::this_day);
}

// Without a limit nothing is kept: there would be no end to it.
void RevealBudget::note(Seen& seen, Token subject, Period period) const {
  if (limits_.subjects_per_day > 0) seen.in_day.insert(subject);
  if (limits_.subjects_per_hour > 0 && period == Period::this_hour) seen.in_hour.insert(subject);
}

Instant RevealBudget::day_began() const {
  return begin_of<days>(clock_.now());
}

std::chrono::seconds RevealBudget::until_next_hour() const {
  return until_next<hours>(clock_.now());
}

std::chrono::seconds RevealBudget::until_next_day() const {
  return until_next<days>(clock_.now());
}

}  // namespace velum
