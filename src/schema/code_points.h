#pragma once
// UTF-8 one code point at a time, total: a byte that belongs to no code point is one of its own.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace velum {

struct CodePoint {
  static constexpr std::int32_t bad_byte = -1;

  std::int32_t value = bad_byte;
  std::size_t size_bytes = 1;
};

// The first of `text`, which is not empty.
CodePoint first_code_point(std::string_view text);
std::size_t count_code_points(std::string_view text);
// What it is worth as a decimal digit: ASCII, Arabic, Persian, Devanagari or full-width; else -1.
int decimal_digit(std::int32_t code_point);

bool is_ascii(std::string_view text);
inline bool is_ascii_digit(char letter) {
  return letter >= '0' && letter <= '9';
}
inline char ascii_lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}
inline char ascii_upper(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - ('a' - 'A')) : letter;
}
inline bool is_ascii_alphanumeric(char letter) {
  const char lower = ascii_lower(letter);
  return is_ascii_digit(letter) || (lower >= 'a' && lower <= 'z');
}
// The same but for ASCII case.
bool equal_ignoring_case(std::string_view left, std::string_view right);

}  // namespace velum
