#pragma once
// The character classes of HTTP, free of locales.

#include <algorithm>
#include <array>
#include <string_view>

namespace velum {

constexpr bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

constexpr char to_lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

constexpr bool is_alphanumeric(char letter) {
  const char lower = to_lower(letter);
  return is_digit(letter) || (lower >= 'a' && lower <= 'z');
}

constexpr bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return to_lower(a) == to_lower(b); });
}

namespace detail {

template <typename Predicate>
constexpr std::array<bool, 256> make_class(Predicate is_member) {
  std::array<bool, 256> members{};
  for (int byte = 0; byte < 256; ++byte) {
    members[static_cast<std::size_t>(byte)] = is_member(static_cast<char>(byte));
  }
  return members;
}

inline constexpr auto token_class = make_class([](char letter) {
  return is_alphanumeric(letter) ||
         (letter != '\0' &&
          std::string_view("!#$%&'*+-.^_`|~").find(letter) != std::string_view::npos);
});

inline constexpr auto value_class = make_class([](char letter) {
  const auto byte = static_cast<unsigned char>(letter);
  return letter == '\t' || (byte >= 0x20 && byte != 0x7f);
});

constexpr bool all_in(std::string_view text, const std::array<bool, 256>& members) {
  for (const char letter : text) {
    if (!members[static_cast<unsigned char>(letter)]) return false;
  }
  return true;
}

}  // namespace detail

constexpr bool is_token_character(char letter) {
  return detail::token_class[static_cast<unsigned char>(letter)];
}
constexpr bool is_token(std::string_view text) {
  return !text.empty() && detail::all_in(text, detail::token_class);
}
// No control characters but the tab; bytes of 0x80 and above are opaque.
constexpr bool is_field_value(std::string_view text) {
  return detail::all_in(text, detail::value_class);
}

constexpr std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Calls visit(item) for each item of a comma list, trimmed.
template <typename Visit>
constexpr void for_each_item(std::string_view list, Visit visit) {
  while (true) {
    const std::size_t comma = list.find(',');
    visit(trim_blanks(list.substr(0, comma)));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace velum
