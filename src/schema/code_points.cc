#include "schema/code_points.h"

#include <utf8proc.h>

#include <algorithm>

namespace velum {

CodePoint first_code_point(std::string_view text) {
  if (static_cast<unsigned char>(text.front()) < 0x80) return {text.front(), 1};
  std::int32_t value = 0;
  const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &value);
  if (size <= 0) return {};
  return {value, static_cast<std::size_t>(size)};
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    text.remove_prefix(first_code_point(text).size_bytes);
    ++count;
  }
  return count;
}

int decimal_digit(std::int32_t code_point) {
  static constexpr std::int32_t zeros[] = {'0', 0x0660, 0x06F0, 0x0966, 0xFF10};
  for (const std::int32_t zero : zeros) {
    if (code_point >= zero && code_point <= zero + 9) return code_point - zero;
  }
  return -1;
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char letter) { return static_cast<unsigned char>(letter) >= 0x80; });
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return ascii_lower(a) == ascii_lower(b); });
}

}  // namespace velum
