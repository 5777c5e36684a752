#pragma once
// Finds card numbers in text: an issuer's prefix, a length that this issuer gives out, and a valid
// check digit. Digits may be grouped by spaces and dashes, and stand in the middle of a sentence.

#include <string_view>

namespace velum {

// A number with a '+' in front may be a telephone's up to 15 digits, and a fraction's digits are
// not a number of their own. Neither counts.
bool holds_card_number(std::string_view text);
// The same for a JSON number, by its value: 4.111111111111111e15 is one.
bool is_card_number(std::string_view json_number);
// At most the first eight and the last four digits, with something in place of those between; or
// at most ten digits.
bool is_truncated_card_number(std::string_view text);

}  // namespace velum
