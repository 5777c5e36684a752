#include "schema/pii_words.h"

#include <utf8proc.h>

#include "schema/code_points.h"

namespace velum {
namespace {

constexpr std::int32_t full_width_first = 0xFF01;
constexpr std::int32_t full_width_last = 0xFF5E;
constexpr std::int32_t minus_sign = 0x2212;

PiiSymbol symbol_of_category(std::int32_t value) {
  switch (utf8proc_category(value)) {
    case UTF8PROC_CATEGORY_ZS: return {' '};
    case UTF8PROC_CATEGORY_PD: return {'-'};
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME: return {0, PiiSign::invisible};
    case UTF8PROC_CATEGORY_LO: return {PiiSymbol::letter_of_others, PiiSign::caseless};
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return {PiiSymbol::letter_of_others, PiiSign::word};
    default: return {};
  }
}

PiiSymbol symbol_of_wide(std::int32_t value) {
  if (value >= full_width_first && value <= full_width_last) {
    return ascii_pii_symbols[static_cast<std::size_t>(value) - full_width_first + '!'];
  }
  if (value == minus_sign) return {'-'};
  const int digit = decimal_digit(value);
  if (digit >= 0) return {static_cast<char>('0' + digit), PiiSign::word};
  return symbol_of_category(value);
}

}  // namespace

PiiSymbol first_wide_pii_symbol(std::string_view text) {
  const CodePoint point = first_code_point(text);
  if (point.value == CodePoint::bad_byte) return {};
  PiiSymbol symbol = symbol_of_wide(point.value);
  symbol.size_bytes = static_cast<std::uint8_t>(point.size_bytes);
  return symbol;
}

void PiiGap::add(char symbol) {
  if (size == 0) first = symbol;
  if (size == 1) second = symbol;
  before_last = last;
  last = symbol;
  ++size;
  const bool may_be_both = symbol == ' ' || symbol == '-';
  is_blank = is_blank && (may_be_both || symbol == PiiSymbol::line_end);
  is_in_phone = is_in_phone &&
                (may_be_both || symbol == '.' || symbol == '/' || symbol == '(' || symbol == ')');
}

PiiSign PiiWords::read_gap(PiiWord& word) {
  word.gap = {};
  word.gap.after = last_letter_;
  word.sign_begin = place_;
  while (place_ < text_.size()) {
    const PiiSymbol symbol = pii_symbol_at(text_, place_);
    if (symbol.sign == PiiSign::word || symbol.sign == PiiSign::caseless) return symbol.sign;
    if (symbol.sign == PiiSign::between) {
      word.gap.add(symbol.letter);
      word.sign_begin = place_;
    }
    place_ += symbol.size_bytes;
  }
  return PiiSign::between;
}

void PiiWords::read_word() {
  PiiWord& word = words_[(head_ + count_++) % capacity];
  const PiiSign kind = read_gap(word);
  std::size_t end = place_;
  std::size_t size = 0;
  std::size_t digits = 0;
  word.begin = place_;
  for (; place_ < text_.size();) {
    const PiiSymbol symbol = pii_symbol_at(text_, place_);
    place_ += symbol.size_bytes;
    if (symbol.sign == PiiSign::invisible) continue;
    if (symbol.sign != kind) {
      place_ -= symbol.size_bytes;
      break;
    }
    if (size < PiiWord::letters_max) word.letters[size] = symbol.letter;
    ++size;
    digits += is_ascii_digit(symbol.letter) ? 1U : 0U;
    last_letter_ = symbol.letter;
    end = place_;
  }
  word.end = end;
  word.size = size;
  word.digits = digits;
  word.is_digits = digits == size && size > 0 && size <= PiiWord::letters_max;
  const bool are_few = word.gap.size > 0 && word.gap.size <= PiiWord::blanks_max;
  word.goes_on = word.is_digits && word.gap.is_blank && are_few;
}

}  // namespace velum
