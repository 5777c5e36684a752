#pragma once
// The numbers that are told by check digits, or by a shape that nothing else has (ssn), at a word
// of a text: each is whole words, in the groups that it is written in.
//
// A bare number of a kind with one check digit is one by chance at times: one in 14 of any 9 digits
// is a nif, one in a hundred of any 11 a cpf, of any 14 a cnpj.

#include <cstddef>

#include "schema/pii_kinds.h"
#include "schema/pii_words.h"

namespace velum {

struct PiiMatch {
  PiiKind kind = PiiKind::email;
  std::size_t words = 0;  // 0: none.
};

// The longest that begins with the word at `at`; a card's number, if it is another's as well.
PiiMatch id_at(PiiWords& words, std::size_t at);

// Is it a part of a longer row of numbers? `word` begins the number, `behind` stands behind it.
bool has_digits_beside(const PiiWord& word, const PiiWord& behind, char separator);

}  // namespace velum
