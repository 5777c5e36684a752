#include "json/number.h"

#include <algorithm>
#include <charconv>

namespace velum::json {
namespace {

constexpr std::int64_t exponent_max = 1'000'000'000'000;

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool all_zeros(std::string_view digits) {
  return digits.find_first_not_of('0') == std::string_view::npos;
}

// Its digits from the first that is not zero: 0.d1d2d3... * 10^exponent. Without a sign.
class Magnitude {
 public:
  explicit Magnitude(std::string_view text) : number_(split_number(text)) {
    const std::size_t whole_zeros = number_.whole.find_first_not_of('0');
    const std::size_t fraction_zeros = number_.fraction.find_first_not_of('0');
    if (whole_zeros != std::string_view::npos) {
      first_ = whole_zeros;
    } else if (fraction_zeros != std::string_view::npos) {
      first_ = number_.whole.size() + fraction_zeros;
    } else {
      first_ = end();
    }
    exponent_ = static_cast<std::int64_t>(number_.whole.size()) -
                static_cast<std::int64_t>(first_) + number_.exponent;
  }

  bool is_zero() const { return first_ == end(); }

  std::strong_ordering operator<=>(const Magnitude& other) const {
    if (is_zero() || other.is_zero()) return !is_zero() <=> !other.is_zero();
    if (exponent_ != other.exponent_) return exponent_ <=> other.exponent_;
    const std::size_t size = std::max(end() - first_, other.end() - other.first_);
    for (std::size_t i = 0; i < size; ++i) {
      const auto order = digit(i) <=> other.digit(i);
      if (order != 0) return order;
    }
    return std::strong_ordering::equal;
  }

 private:
  std::size_t end() const { return number_.whole.size() + number_.fraction.size(); }
  char digit(std::size_t from_first) const {
    const std::size_t at = first_ + from_first;
    if (at < number_.whole.size()) return number_.whole[at];
    return at < end() ? number_.fraction[at - number_.whole.size()] : '0';
  }

  NumberText number_;
  std::size_t first_ = 0;
  std::int64_t exponent_ = 0;
};

}  // namespace

NumberText split_number(std::string_view text) {
  NumberText number;
  take(text, "-");
  number.whole = take_digits(text);
  if (take(text, ".")) number.fraction = take_digits(text);
  if (!take(text, "eE")) return number;
  const bool negative = !text.empty() && text.front() == '-';
  take(text, "+-");
  for (const char digit : text) {
    number.exponent = std::min(number.exponent * 10 + (digit - '0'), exponent_max);
  }
  if (negative) number.exponent = -number.exponent;
  return number;
}

bool is_number(std::string_view text) {
  take(text, "-");
  const std::string_view whole = take_digits(text);
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return false;
  if (take(text, ".") && take_digits(text).empty()) return false;
  if (take(text, "eE")) {
    take(text, "+-");
    if (take_digits(text).empty()) return false;
  }
  return text.empty();
}

bool is_finite(std::string_view text) {
  const NumberText number = split_number(text);
  // How many digits the value has before its point: 308 always fit a double, 310 never do.
  std::int64_t magnitude = number.exponent;
  if (!all_zeros(number.whole)) {
    magnitude += static_cast<std::int64_t>(number.whole.size());
  } else if (!all_zeros(number.fraction)) {
    magnitude -= static_cast<std::int64_t>(number.fraction.find_first_not_of('0'));
  } else {
    return true;
  }
  if (magnitude != 309) return magnitude < 309;
  double value = 0;
  return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
}

bool is_integer(std::string_view text) {
  const NumberText number = split_number(text);
  const auto size = static_cast<std::int64_t>(number.fraction.size());
  if (number.exponent >= 0) {
    return number.exponent >= size ||
           all_zeros(number.fraction.substr(static_cast<std::size_t>(number.exponent)));
  }
  if (!all_zeros(number.fraction)) return false;
  if (all_zeros(number.whole)) return true;
  const std::int64_t left = static_cast<std::int64_t>(number.whole.size()) + number.exponent;
  return left > 0 && all_zeros(number.whole.substr(static_cast<std::size_t>(left)));
}

std::strong_ordering compare_numbers(std::string_view left, std::string_view right) {
  const Magnitude of_left(left);
  const Magnitude of_right(right);
  const bool left_negative = left.starts_with('-') && !of_left.is_zero();
  const bool right_negative = right.starts_with('-') && !of_right.is_zero();
  if (left_negative != right_negative) return right_negative <=> left_negative;
  return left_negative ? of_right <=> of_left : of_left <=> of_right;
}

}  // namespace velum::json
