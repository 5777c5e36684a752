#pragma once
// Masks: what a caller without an UnmaskPermit sees in place of a field.
//
// A mask is total and pure: every input, valid UTF-8 or not, gives a masked text, and the same
// input gives the same text. The unit is the extended grapheme cluster, so a letter with its
// accents counts as one and is never cut. When in doubt a mask shows less. A masked text is for
// people to recognise; nothing may look a profile up by it.

#include <cstdint>
#include <string_view>

#include "base/sensitive.h"

namespace velum {

enum class MaskStyle : std::uint8_t {
  documented,  // In each run of letters and digits the first stays, each further one is one '*';
               // separators and length stay. "john.doe@example.com" -> "j***.d**@e******.c**".
  fixed,       // The first letter or digit and "***", whatever the length: "K***". Only "***" for
               // a value with fewer than two.
};

// Appends the mask of `value`. Empty stays empty. A value that the documented rule would show whole
// ("7", "A-B") is masked whole ("*", "***"). Bytes that are not UTF-8 are one '*' each, in a run.
// Marks, private and unassigned code points, and letters in circles or boxes count as letters; a
// cluster of more than eight code points is never shown.
void append_mask(MaskStyle style, std::string_view value, WipedText& out);

// Could `value` be masked text sent back as data? True if it holds "**", or is a lone "*".
bool looks_masked(std::string_view value);

}  // namespace velum
