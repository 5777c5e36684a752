#pragma once
// Finds card numbers in text: an issuer's prefix, a length that this issuer gives out, and a valid
// check digit. Digits may be grouped by spaces and dashes, and stand in the middle of a sentence.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace velum {

// The digits of what may be a card's number, as they come.
class CardDigits {
 public:
  static constexpr std::size_t size_min = 12;
  static constexpr std::size_t size_max = 19;
  static constexpr std::size_t phone_size_max = 15;  // E.164.

  // False: it is none, whatever follows.
  bool add(unsigned digit) {
    if (size_ == size_max) return false;
    sums_[size_ % 2] += digit > 4 ? 2 * digit - 9 : 2 * digit;
    sums_[1 - size_ % 2] += digit;
    if (++size_ > prefix_size) return true;
    prefix_ = prefix_ * 10 + digit;
    if (size_ == prefix_size) issued_sizes_ = issued_sizes(prefix_);
    return size_ < prefix_size || issued_sizes_ != 0;
  }
  // Are these a whole number?
  bool is_card() const { return (issued_sizes_ >> size_ & 1U) != 0 && sums_[size_ % 2] % 10 == 0; }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t prefix_size = 6;

  static std::uint32_t issued_sizes(std::uint32_t prefix);

  std::size_t size_ = 0;
  std::uint32_t prefix_ = 0;
  std::uint32_t issued_sizes_ = 0;         // A bit for each length that the prefix has.
  std::array<unsigned, 2> sums_ = {0, 0};  // Of the check: for an even and an odd number of digits.
};

// A number with a '+' in front may be a telephone's up to 15 digits, and a fraction's digits are
// not a number of their own. Neither counts.
bool holds_card_number(std::string_view text);
// The same for a JSON number, by its value: 4.111111111111111e15 is one.
bool is_card_number(std::string_view json_number);
// At most the first eight and the last four digits, with something in place of those between; or
// at most ten digits.
bool is_truncated_card_number(std::string_view text);

}  // namespace velum
