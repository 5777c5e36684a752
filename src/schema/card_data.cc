#include "schema/card_data.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/sensitive.h"
#include "json/number.h"
#include "schema/code_points.h"

namespace velum {
namespace {

constexpr std::size_t gap_max = 3;  // "4111 - 1111"

// Card numbers that begin with `low` to `high`, six digits, and are as long as a bit of `sizes`.
struct Issuer {
  std::uint32_t low;
  std::uint32_t high;
  std::uint32_t sizes;
};

template <typename... Sizes>
constexpr std::uint32_t sizes(Sizes... each) {
  return ((1U << each) | ...);
}
constexpr std::uint32_t any_size = sizes(12, 13, 14, 15, 16, 17, 18, 19);
constexpr std::uint32_t long_size = sizes(16, 17, 18, 19);

constexpr Issuer issuers[] = {
    {400000, 499999, sizes(13, 16, 19)},      // Visa, and Elo within
    {510000, 559999, sizes(16)},              // Mastercard
    {222100, 272099, sizes(16)},              //
    {340000, 349999, sizes(15)},              // American Express
    {370000, 379999, sizes(15)},              //
    {601100, 601199, long_size},              // Discover
    {644000, 659999, long_size},              // and Elo within
    {300000, 305999, sizes(14) | long_size},  // Diners Club
    {309500, 309599, sizes(14) | long_size},  //
    {360000, 369999, sizes(14) | long_size},  //
    {380000, 399999, sizes(14) | long_size},  //
    {352800, 358999, long_size},              // JCB
    {180000, 180099, sizes(15)},              //
    {213100, 213199, sizes(15)},              //
    {620000, 629999, long_size},              // UnionPay, and Elo within
    {810000, 817199, long_size},              //
    {504175, 504175, sizes(16)},              // Elo
    {506699, 506778, sizes(16)},              //
    {509000, 509999, sizes(16)},              //
    {636297, 636297, sizes(16)},              //
    {636368, 636368, sizes(16)},              //
    {384100, 384199, sizes(16, 19)},          // Hipercard
    {606282, 606282, sizes(13, 16, 19)},      //
    {637095, 637095, sizes(16)},              //
    {637568, 637568, sizes(16)},              //
    {637599, 637599, sizes(16)},              //
    {637609, 637609, sizes(16)},              //
    {637612, 637612, sizes(16)},              //
    {501800, 501899, any_size},               // Maestro
    {502000, 502099, any_size},               //
    {503800, 503899, any_size},               //
    {561200, 561299, any_size},               //
    {589300, 589399, any_size},               //
    {630400, 630499, any_size},               //
    {639000, 639099, any_size},               //
    {675900, 675999, any_size},               //
    {676100, 676399, any_size},               //
};

enum class Sign : std::uint8_t { digit, separator, other };

struct Symbol {
  Sign sign = Sign::other;
  std::uint8_t digit = 0;
  std::size_t size_bytes = 1;
};

Symbol wide_symbol(std::string_view text) {
  const CodePoint point = first_code_point(text);
  if (point.value == CodePoint::bad_byte) return {};
  const int digit = decimal_digit(point.value);
  if (digit >= 0) return {Sign::digit, static_cast<std::uint8_t>(digit), point.size_bytes};
  switch (utf8proc_category(point.value)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_CF: return {Sign::separator, 0, point.size_bytes};
    default: return {Sign::other, 0, point.size_bytes};
  }
}

Symbol first_symbol(std::string_view text) {
  const char letter = text.front();
  if (is_ascii_digit(letter)) return {Sign::digit, static_cast<std::uint8_t>(letter - '0'), 1};
  if (letter == ' ' || letter == '-' || letter == '\t' || letter == '\n') {
    return {Sign::separator, 0, 1};
  }
  if (static_cast<unsigned char>(letter) < 0x80) return {};
  return wide_symbol(text);
}

// `text` begins with a digit. Tries every number that begins there and ends where a group does.
bool begins_with_card_number(std::string_view text, std::size_t shortest) {
  CardDigits digits;
  std::size_t gap = 0;
  const auto is_card = [&] { return digits.size() >= shortest && digits.is_card(); };
  while (!text.empty()) {
    const Symbol symbol = first_symbol(text);
    if (symbol.sign == Sign::digit) {
      if (!digits.add(symbol.digit)) return false;
      gap = 0;
    } else {
      if (gap == 0 && is_card()) return true;
      if (symbol.sign == Sign::other || ++gap > gap_max) return false;
    }
    text.remove_prefix(symbol.size_bytes);
  }
  return is_card();
}

// Is there any point in looking closer?
bool has_enough_digits(std::string_view text) {
  if (text.size() < CardDigits::size_min) return false;
  std::size_t count = 0;
  for (const char letter : text) {
    count += is_ascii_digit(letter) || static_cast<unsigned char>(letter) >= 0x80 ? 1U : 0U;
  }
  return count >= CardDigits::size_min;
}

}  // namespace

std::uint32_t CardDigits::issued_sizes(std::uint32_t prefix) {
  std::uint32_t sizes = 0;
  for (const Issuer& issuer : issuers) {
    sizes |= prefix >= issuer.low && prefix <= issuer.high ? issuer.sizes : 0U;
  }
  return sizes;
}

bool holds_card_number(std::string_view text) {
  if (!has_enough_digits(text)) return false;
  bool in_group = false;
  char before = ' ';
  char before_that = ' ';
  while (!text.empty()) {
    const Symbol symbol = first_symbol(text);
    const bool is_digit = symbol.sign == Sign::digit;
    if (is_digit && !in_group) {
      const bool is_fraction = (before == '.' || before == ',') && is_ascii_digit(before_that);
      const std::size_t shortest =
          before == '+' ? CardDigits::phone_size_max + 1 : CardDigits::size_min;
      if (!is_fraction && begins_with_card_number(text, shortest)) return true;
    }
    in_group = is_digit;
    before_that = before;
    before = text.front();
    text.remove_prefix(symbol.size_bytes);
  }
  return false;
}

bool is_card_number(std::string_view json_number) {
  const bool is_short = json_number.size() < CardDigits::size_min;
  if (is_short && json_number.find_first_of("eE") == std::string_view::npos) return false;
  const json::NumberText number = json::split_number(json_number);
  const std::int64_t size = static_cast<std::int64_t>(number.whole.size()) + number.exponent;
  if (size < static_cast<std::int64_t>(CardDigits::size_min) || !json::is_integer(json_number))
    return false;
  // Zeros may stand in front: 0.4111111111111111e16.
  WipedText digits;
  append(digits, number.whole);
  append(digits, number.fraction);
  const auto zeros = std::find_if(digits.begin(), digits.end(), [](char c) { return c != '0'; });
  const std::int64_t value_size = size - (zeros - digits.begin());
  if (value_size < static_cast<std::int64_t>(CardDigits::size_min) ||
      value_size > static_cast<std::int64_t>(CardDigits::size_max)) {
    return false;
  }
  digits.resize(static_cast<std::size_t>(size), '0');
  return holds_card_number(view(digits).substr(static_cast<std::size_t>(size - value_size)));
}

bool is_truncated_card_number(std::string_view text) {
  constexpr std::size_t with_gap_max = 12;
  constexpr std::size_t bare_max = 10;
  std::size_t digits = 0;
  bool has_filler = false;
  while (!text.empty()) {
    const Symbol symbol = first_symbol(text);
    digits += symbol.sign == Sign::digit ? 1U : 0U;
    has_filler = has_filler || symbol.sign == Sign::other;
    text.remove_prefix(symbol.size_bytes);
  }
  return digits <= (has_filler ? with_gap_max : bare_max);
}

}  // namespace velum
