#pragma once
// What the fuzz targets share: an input as text, parts of it, and damage done as it says. All of it
// depends on the input alone, so that a finding can be replayed.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace velum::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Takes the first byte off `input`; 0 where there is none.
inline std::uint8_t take_byte(std::string_view& input) {
  if (input.empty()) return 0;
  const auto byte = static_cast<std::uint8_t>(input.front());
  input.remove_prefix(1);
  return byte;
}

// Takes a number from 0 to `bound` - 1.
inline std::size_t take_below(std::string_view& input, std::size_t bound) {
  const std::size_t high = take_byte(input);
  return bound == 0 ? 0 : (high * 256 + take_byte(input)) % bound;
}

// Takes what stands before `separator`, and the separator; all of it if there is none.
inline std::string_view take_part(std::string_view& input, std::string_view separator) {
  const std::size_t end = input.find(separator);
  const std::string_view part = input.substr(0, end);
  input.remove_prefix(end == std::string_view::npos ? input.size() : end + separator.size());
  return part;
}

// Changes bytes as `how` says: one is flipped, some are cut off, put in, or written over. What
// comes out may be what went in.
inline Bytes damaged(Bytes bytes, std::string_view how) {
  const std::uint8_t kind = take_byte(how);
  const std::size_t at = take_below(how, bytes.size() + 1);
  const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  switch (kind % 4) {
    case 0:
      if (begin != bytes.end()) *begin = static_cast<std::uint8_t>(*begin ^ take_byte(how));
      break;
    case 1: bytes.erase(begin, bytes.end()); break;
    case 2: bytes.insert(begin, how.begin(), how.end()); break;
    default: std::copy_n(how.begin(), std::min(how.size(), bytes.size() - at), begin); break;
  }
  return bytes;
}

}  // namespace velum::fuzz
