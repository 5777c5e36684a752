#include "storage/sqlite/page_gap.h"

#include <gtest/gtest.h>

namespace velum {
namespace {

constexpr std::uint64_t page_bytes = 4096;

struct Case {
  const char* name;
  std::uint8_t type;
  std::uint8_t cells, content_high;  // Content begins at content_high * 256.
  std::uint64_t offset;
  std::size_t begin, end;
};

constexpr Case cases[] = {
    {"leaf of a table", 13, 10, 8, page_bytes, 28, 2048},
    {"leaf of an index", 10, 10, 8, page_bytes, 28, 2048},
    {"interior of a table", 5, 10, 8, page_bytes, 32, 2048},
    {"interior of an index", 2, 10, 8, page_bytes, 32, 2048},
    {"an empty leaf", 13, 0, 16, page_bytes, 8, 4096},
    {"page 1, behind the file's header", 13, 3, 8, 0, 114, 2048},
    {"an overflow page", 0, 10, 8, page_bytes, 0, 0},
    {"another first byte", 7, 10, 8, page_bytes, 0, 0},
    {"content behind the page's end", 13, 10, 17, page_bytes, 0, 0},
    {"content of 65,536", 13, 10, 0, page_bytes, 0, 0},
    {"cells that reach into the content", 13, 255, 1, page_bytes, 0, 0},
    {"not at a page's place", 13, 10, 8, 512, 0, 0},
    {"beyond what the first byte tells", 13, 10, 8, page_bytes << 25, 0, 0},
    {"the last page that it tells", 13, 10, 8, (page_bytes << 25) - page_bytes, 28, 2048},
};

TEST(PageGap, IsFoundInSoundPagesOnly) {
  for (const Case& one : cases) {
    Bytes page(page_bytes, 0xee);
    const std::size_t header = one.offset == 0 ? 100 : 0;
    page[header] = one.type;
    page[header + 3] = 0;
    page[header + 4] = one.cells;
    page[header + 5] = one.content_high;
    page[header + 6] = 0;
    const PageGap gap = find_page_gap(page, one.offset);
    EXPECT_EQ(gap.begin, one.begin) << one.name;
    EXPECT_EQ(gap.end, one.end) << one.name;
  }
  for (std::size_t size = 0; size < 512; ++size) {
    EXPECT_EQ(find_page_gap(Bytes(size, 13), 0).end, 0U) << size;
  }
}

}  // namespace
}  // namespace velum
