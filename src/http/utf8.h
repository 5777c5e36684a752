#pragma once
// Is it text? What a client sends as escapes becomes a reason in the audit log or a key to look up,
// and bytes that are no UTF-8 mean different things to different readers.

#include <string_view>

namespace velum {

// As RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
constexpr bool is_utf8(std::string_view text) {
  unsigned missing = 0;  // Bytes of the code point that has begun.
  unsigned low = 0x80;   // What the next of them may be.
  unsigned high = 0xBF;
  for (const char letter : text) {
    const unsigned byte = static_cast<unsigned char>(letter);
    if (missing > 0) {
      if (byte < low || byte > high) return false;
      --missing;
      low = 0x80;
      high = 0xBF;
    } else if (byte >= 0x80) {
      if (byte < 0xC2 || byte > 0xF4) return false;
      missing = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
      if (byte == 0xE0) low = 0xA0;
      if (byte == 0xED) high = 0x9F;
      if (byte == 0xF0) low = 0x90;
      if (byte == 0xF4) high = 0x8F;
    }
  }
  return missing == 0;
}

}  // namespace velum
