#pragma once
// Finds personal data in text where a store should have put none: notes, open text, custom data.
//
// What is promised:
// - Findings are in the order of the text, do not overlap, and begin and end between code points.
// - The time is linear in the text's size, whatever the text; nothing but the result is allocated.
// - Where a finding is masked as append_pii_masked() does, nothing is found any more: neither there
//   nor in what it stood beside.
// - A number with check digits is found only where they hold, and only as whole words: a part of a
//   longer run of letters and digits (an order's number, a UUID, a hash) is none.
// - Of two that overlap, a number with check digits goes before a phone, else the one that begins
//   first, and of those that begin together the longer; a card's number, if the same digits are
//   another number too.
// - Full-width forms, digits of other scripts (Arabic, Persian, Devanagari), spaces and dashes of
//   any kind, and characters without width in between hide nothing.
//
// What is not: names, street addresses, dates of birth, passports and any number without a shape of
// its own; numbers spelt out, in pieces of other sizes than people write, in circles or as raised
// digits; look-alikes from other alphabets; text within base64, percent-encoding or HTML entities.
// And a number that passes by chance is found (pii_ids.h says how many do).

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/sensitive.h"
#include "schema/pii_kinds.h"

namespace velum {

struct PiiFinding {
  PiiKind kind = PiiKind::email;
  std::size_t begin = 0;  // In bytes.
  std::size_t end = 0;

  friend bool operator==(const PiiFinding&, const PiiFinding&) = default;
};

std::vector<PiiFinding> find_pii(std::string_view text);

// `text` with a '*' for each letter and digit of what was found in it. Separators stay.
void append_pii_masked(std::string_view text, WipedText& out);

}  // namespace velum
