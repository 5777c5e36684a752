#pragma once
// Masks: what a caller without an UnmaskPermit sees in place of a field.
//
// A mask is total and pure: every input, valid UTF-8 or not, gives a masked text, and the same
// input gives the same text. A mask that is masked again stays as it is. The unit is the extended
// grapheme cluster, so a letter with its accents counts as one and is never cut. When in doubt a
// mask shows less. A masked text is for people to recognise; nothing may look a profile up by it.

#include <cstdint>
#include <string_view>

#include "base/sensitive.h"

namespace velum {

enum class MaskStyle : std::uint8_t {
  documented,  // In each run of letters and digits the first stays, each further one is one '*';
               // separators and length stay. "Rua B 12, j.doe@x.com" -> "R** B 1*, j.d**@x.c**".
  fixed,       // The first letter or digit and "***", whatever the length: "K***". Only "***" for
               // a value with fewer than two.
};

// Appends the mask of `value`. Empty stays empty. A value that the documented rule would show whole
// ("7", "A-B") is masked whole ("*", "***"). Bytes that are not UTF-8 are one '*' each, in a run.
// Marks, private and unassigned code points, letters in circles or boxes, and '*' count as letters.
// So does a cluster that is never shown: of more than eight code points, or one that would join a
// star beside it (a mark on nothing). "7*" stays "7*", as which "7x" is shown too.
void append_mask(MaskStyle style, std::string_view value, WipedText& out);

// Could `value` be masked text sent back as data? True if it holds "**", or is a lone "*".
bool looks_masked(std::string_view value);

}  // namespace velum
