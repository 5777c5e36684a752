#pragma once
// What a member's name says about card data, wherever in a document it stands.

#include <cstdint>
#include <string_view>

#include "json/value.h"

namespace velum {

enum class CardMember : std::uint8_t {
  none,
  card_number,    // May hold a truncated one only.
  security_code,  // May hold nothing.
};

// Ignores case, and spaces, dashes and underscores in the name.
CardMember card_member(std::string_view name);

// Does `value` hold what it may not in such a member? Looks at `value` itself, not inside it.
bool holds_card_data(CardMember member, const json::Value& value);

}  // namespace velum
