#include "schema/card_rules.h"

#include <algorithm>
#include <array>

#include "base/ids.h"
#include "schema/card_data.h"
#include "schema/code_points.h"

namespace velum {
namespace {

constexpr std::string_view card_number_name = "cardnumber";
constexpr std::string_view security_code_names[] = {
    "cvv", "cvc", "cvv2", "cvc2", "csc", "securitycode", "cardsecuritycode",
};
constexpr std::size_t name_size_max = 16;

}  // namespace

CardMember card_member(std::string_view name) {
  std::array<char, name_size_max> letters{};
  std::size_t size = 0;
  for (const char letter : name) {
    if (letter == ' ' || letter == '-' || letter == '_') continue;
    if (size == letters.size()) return CardMember::none;
    letters[size++] = ascii_lower(letter);
  }
  const std::string_view plain(letters.data(), size);
  if (plain.empty() || (plain.front() != 'c' && plain.front() != 's')) return CardMember::none;
  if (plain == card_number_name) return CardMember::card_number;
  const bool is_code =
      std::ranges::find(security_code_names, plain) != std::end(security_code_names);
  return is_code ? CardMember::security_code : CardMember::none;
}

bool holds_card_data(CardMember member, const json::Value& value) {
  if (value.is_null()) return false;
  if (member == CardMember::security_code) return true;
  const bool is_card_member = member == CardMember::card_number;
  switch (value.kind()) {
    case json::Kind::string:
      // One of our own ids in some thousands looks like a card between its letters.
      if (!is_card_member && Uuid::parse(value.text())) return false;
      return holds_card_number(value.text()) ||
             (is_card_member && !is_truncated_card_number(value.text()));
    case json::Kind::number:
      return is_card_number(value.text()) ||
             (is_card_member && !is_truncated_card_number(value.text()));
    default: return is_card_member;
  }
}

}  // namespace velum
