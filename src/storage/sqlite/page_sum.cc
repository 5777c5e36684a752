#include "storage/sqlite/page_sum.h"

#include <algorithm>

#include "base/crc32c.h"

namespace velum {
namespace {

constexpr std::size_t content_bytes = database_page_bytes - page_sum_bytes;

}  // namespace

std::uint64_t page_sum(std::uint32_t page_number, ByteView bytes) {
  Bytes number;
  append_u32be(number, page_number);
  const std::size_t half = bytes.size() / 2;
  const auto [one, other] =
      crc32c_of_both(crc32c(0, number), bytes.first(half), bytes.subspan(half));
  return std::uint64_t{one} << 32 | other;
}

void put_page_sum(std::span<std::uint8_t, database_page_bytes> page, std::uint32_t page_number) {
  Bytes sum;
  append_u64be(sum, page_sum(page_number, page.first(content_bytes)));
  std::copy(sum.begin(), sum.end(), page.begin() + content_bytes);
}

bool page_sum_fits(ByteView page, std::uint32_t page_number) {
  return page.size() == database_page_bytes && read_u64be(page.subspan(content_bytes)) ==
                                                   page_sum(page_number, page.first(content_bytes));
}

}  // namespace velum
