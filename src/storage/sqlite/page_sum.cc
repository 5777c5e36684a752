#include "storage/sqlite/page_sum.h"

#include <array>

#include "base/crc32c.h"

namespace velum {
namespace {

constexpr std::size_t content_bytes = database_page_bytes - page_sum_bytes;

}  // namespace

std::uint64_t page_sum(std::uint32_t page_number, ByteView bytes) {
  const std::array<std::uint8_t, 4> number = {
      static_cast<std::uint8_t>(page_number >> 24), static_cast<std::uint8_t>(page_number >> 16),
      static_cast<std::uint8_t>(page_number >> 8), static_cast<std::uint8_t>(page_number)};
  const std::size_t half = bytes.size() / 2;
  const auto [one, other] =
      crc32c_of_both(crc32c(0, number), bytes.first(half), bytes.subspan(half));
  return std::uint64_t{one} << 32 | other;
}

void put_page_sum(std::span<std::uint8_t, database_page_bytes> page, std::uint32_t page_number) {
  const std::uint64_t sum = page_sum(page_number, page.first(content_bytes));
  for (std::size_t at = 0; at < page_sum_bytes; ++at) {
    page[content_bytes + at] = static_cast<std::uint8_t>(sum >> (56 - 8 * at));
  }
}

bool page_sum_fits(ByteView page, std::uint32_t page_number) {
  return page.size() == database_page_bytes && read_u64be(page.subspan(content_bytes)) ==
                                                   page_sum(page_number, page.first(content_bytes));
}

}  // namespace velum
