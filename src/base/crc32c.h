#pragma once
// CRC-32C (Castagnoli): finds accidents to bytes, not attackers. Uses the processor's instruction
// for it where there is one.

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace velum {

// Of `bytes` behind those that gave `before`; 0 where there are none.
std::uint32_t crc32c(std::uint32_t before, ByteView bytes);

// Of two that are as long as each other, in the time of one: the processor's instruction waits for
// its own last result, and so does half of its work in vain.
std::array<std::uint32_t, 2> crc32c_of_both(std::uint32_t before, ByteView one, ByteView other);

// Without the instruction: what crc32c() does where there is none.
std::uint32_t crc32c_by_table(std::uint32_t before, ByteView bytes);

}  // namespace velum
