#pragma once
// A checksum for each page of the database, since SQLite has none: a bit that flipped on the disk
// would be another expiry, or another place in a tree, and so a wrong answer.
//
//   page  = content[4088] | sum u64be
//   sum   = CRC-32C(number u32be | the content's first half) | the same of the second half
//
// The number is the page's, from 1, so that a page that was written to another's place does not
// fit. SQLite leaves the last 8 bytes to us: they are its reserved bytes.

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace velum {

constexpr std::size_t database_page_bytes = 4096;
constexpr std::size_t page_sum_bytes = 8;

// Of `bytes`, an even number of them. A number of 0 is no page's.
std::uint64_t page_sum(std::uint32_t page_number, ByteView bytes);

void put_page_sum(std::span<std::uint8_t, database_page_bytes> page, std::uint32_t page_number);
bool page_sum_fits(ByteView page, std::uint32_t page_number);

}  // namespace velum
