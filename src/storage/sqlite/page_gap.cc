#include "storage/sqlite/page_gap.h"

namespace velum {
namespace {

constexpr std::size_t file_header_bytes = 100;
constexpr std::uint8_t interior_index = 2, interior_table = 5, leaf_index = 10, leaf_table = 13;
constexpr std::uint64_t pages_max = std::uint64_t{1} << 25;

std::size_t read_u16be(ByteView bytes, std::size_t at) {
  return static_cast<std::size_t>(bytes[at]) << 8 | bytes[at + 1];
}

}  // namespace

PageGap find_page_gap(ByteView page, std::uint64_t offset) {
  const bool whole_page = page.size() >= 512 && offset % page.size() == 0;
  if (!whole_page || offset / page.size() >= pages_max) return {};
  const std::size_t header = offset == 0 ? file_header_bytes : 0;
  const std::uint8_t type = page[header];
  const bool interior = type == interior_index || type == interior_table;
  if (!interior && type != leaf_index && type != leaf_table) return {};
  const std::size_t cells = read_u16be(page, header + 3);
  std::size_t content = read_u16be(page, header + 5);
  if (content == 0) content = 65'536;
  const std::size_t begin = header + (interior ? 12 : 8) + 2 * cells;
  if (content > page.size() || begin > content) return {};
  return {begin, content};
}

}  // namespace velum
