#pragma once
// A JSON number's text, taken apart without rounding it.

#include <compare>
#include <cstdint>
#include <string_view>

namespace velum::json {

// value = whole.fraction * 10^exponent, without its sign.
struct NumberText {
  std::string_view whole;
  std::string_view fraction;
  std::int64_t exponent = 0;  // Clamped: a text cannot hold enough digits for more to matter.
};

// `text` is a JSON number: a Value's, or one for which is_number() is true.
NumberText split_number(std::string_view text);

bool is_number(std::string_view text);   // By RFC 8259's grammar.
bool is_finite(std::string_view text);   // As a double; too small is zero, and so finite.
bool is_integer(std::string_view text);  // By value: 1.0 and 10e-1 are.

// By value, without rounding: 1.0 equals 10e-1, and 2^53 is less than 2^53 + 1.
std::strong_ordering compare_numbers(std::string_view left, std::string_view right);

}  // namespace velum::json
