#pragma once
// Budgets: all that each principal of a server has so much of.

#include <chrono>
#include <cstdint>
#include <string_view>

#include "access/budget.h"
#include "access/decision.h"
#include "access/reveal_budget.h"

namespace velum {

// 0: no limit.
struct BudgetLimits {
  std::uint32_t requests_per_minute = 0;
  std::uint32_t shopper_requests_per_minute = 120;  // Anybody may be one.
  std::uint32_t cart_requests_per_minute = 600;     // Of one address: nobody has come in there.
  std::uint32_t lookups_per_minute = 6'000;         // By an alternative key.
  std::uint32_t conditions_per_minute = 600;        // In values that are held against PII.
  RevealLimits reveals;
};

struct Budgets {
  // `clock` outlives the budgets.
  Budgets(const Clock& clock, const BudgetLimits& limits)
      : requests(clock, "requests-per-minute", limits.requests_per_minute),
        shopper_requests(clock, "shopper-requests-per-minute", limits.shopper_requests_per_minute),
        cart_requests(clock, "cart-requests-per-minute", limits.cart_requests_per_minute),
        lookups(clock, "lookups-per-minute", limits.lookups_per_minute),
        conditions(clock, "conditions-per-minute", limits.conditions_per_minute),
        reveals(clock, limits.reveals) {}

  // Of those whose refusals are many, and so not each on record. nullptr: none has that name.
  MinuteBudget* told_once_a_minute(std::string_view name) {
    for (MinuteBudget* budget : {&requests, &shopper_requests, &lookups}) {
      if (budget->name().view() == name) return budget;
    }
    return nullptr;
  }
  MinuteBudget& requests_of(PrincipalKind kind) {
    return kind == PrincipalKind::shopper ? shopper_requests : requests;
  }
  // When whoever was refused by the budget of that name may come back: more than none.
  std::chrono::seconds until_next(std::string_view name) const {
    if (name == RevealBudget::day_name.view()) return reveals.until_next_day();
    if (name == RevealBudget::hour_name.view()) return reveals.until_next_hour();
    return requests.until_next();  // One minute for all.
  }

  MinuteBudget requests;
  MinuteBudget shopper_requests;  // Of one shopper.
  MinuteBudget cart_requests;     // Of one address.
  MinuteBudget lookups;
  MinuteBudget conditions;
  RevealBudget reveals;
};

}  // namespace velum
