#pragma once
// Phones at a word of a text, by their shape: "+" and 8 to 15 digits in any groups (E.164), an area
// in parentheses, or the groups that Brazil, Portugal, Spain and North America write. Digits in one
// piece without a "+" are never one, nor is what may be a date, an amount or a part of an order's
// number.

#include <cstddef>

#include "schema/pii_words.h"

namespace velum {

struct PiiPhone {
  std::size_t words = 0;  // 0: none.
  std::size_t begin = 0;  // In bytes: its '+' or parenthesis.
};

// The longest that begins with the next word and is at most `words_max` words.
PiiPhone next_phone(PiiWords& words, std::size_t words_max);

}  // namespace velum
