// Promises: a plain card number is found in any text around it, however it is grouped and however
// JSON spells it; what is found has enough digits and a check digit that holds, by the plain rule
// below.

#include "fuzz/fuzz.h"
#include "json/number.h"
#include "json/value.h"
#include "schema/card_data.h"
#include "schema/card_rules.h"
#include "schema/code_points.h"

namespace velum {
namespace {

bool check_digit_holds(std::string_view digits) {
  int sum = 0;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    const int digit = digits[digits.size() - 1 - at] - '0';
    sum += at % 2 == 0 ? digit : digit * 2 / 10 + digit * 2 % 10;
  }
  return sum % 10 == 0;
}

std::string digits_of(std::string_view text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), is_ascii_digit);
  return digits;
}

// Can it hold one at all? For ASCII only.
bool may_hold(std::string_view text) {
  const std::string digits = digits_of(text);
  for (std::size_t at = 0; at < digits.size(); ++at) {
    for (std::size_t size = 12; size <= 19 && at + size <= digits.size(); ++size) {
      if (check_digit_holds(std::string_view(digits).substr(at, size))) return true;
    }
  }
  return false;
}

// Sixteen digits beginning with 4 whose check digit holds: made of what the input has.
std::string card_of(std::string_view input) {
  std::string card = "4" + digits_of(input);
  card.resize(16, '0');
  while (!check_digit_holds(card))
    card.back() = card.back() == '9' ? '0' : static_cast<char>(card.back() + 1);
  return card;
}

void check_planted(std::string_view before, std::string_view after, const std::string& card) {
  const std::string left = std::string(before) + "x ";
  const std::string right = " x" + std::string(after);
  std::string grouped = card;
  for (const std::size_t at : {12U, 8U, 4U})
    grouped.insert(at, after.size() % 2 == 0 ? " " : " - ");
  VELUM_CHECK(holds_card_number(left + card + right));
  VELUM_CHECK(holds_card_number(left + grouped + right));
  VELUM_CHECK(!is_truncated_card_number(card));
}

// However a number is spelt, it is the same number.
void check_spellings(const std::string& digits) {
  const bool is_card = holds_card_number(digits);
  const std::string point = digits.substr(0, 1) + "." + digits.substr(1);
  const std::string exponent = "e" + std::to_string(digits.size() - 1);
  VELUM_CHECK(is_card_number(digits) == is_card && is_card_number("-" + digits) == is_card);
  VELUM_CHECK(is_card_number(digits + ".0") == is_card &&
              is_card_number(digits + "0e-1") == is_card);
  VELUM_CHECK(is_card_number(point + exponent) == is_card);
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  const std::string_view text = fuzz::text_of(data, size);
  const bool found = holds_card_number(text);
  if (is_ascii(text)) {
    if (found) VELUM_CHECK(may_hold(text));
    std::string dashed(text);
    std::replace(dashed.begin(), dashed.end(), ' ', '-');
    VELUM_CHECK(holds_card_number(dashed) == found);
  }
  check_planted(text.substr(0, size / 2), text.substr(size / 2), card_of(text));
  std::string digits = digits_of(text).substr(0, 30);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (!digits.empty()) check_spellings(digits);
  if (json::is_number(text)) static_cast<void>(is_card_number(text));
  // A security code's member may hold nothing but null.
  const bool is_code = card_member(text) == CardMember::security_code;
  if (is_code) VELUM_CHECK(holds_card_data(card_member(text), json::Arena::boolean(false)));
  return 0;
}
