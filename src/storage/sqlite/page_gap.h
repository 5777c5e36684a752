#pragma once
// Where a page of the database keeps what nobody wants any more: the gap of a b-tree page, between
// the array of its cells' places and the cells. When SQLite moves cells to another page, what they
// were stays in the gap; secure_delete clears deleted cells and freed pages, and not this. A vault
// that erases people clears it as it writes the page.
//
//   b-tree page:  [100 bytes of file header on page 1] | type u8 | first free block u16 | cells u16
//                 | content begins u16, 0 for 65,536 | fragments u8 | [right child u32]
//                 | a place u16 for each cell | gap | content            (SQLite file format, 1.6)
//
// A page that is no b-tree page begins with the number of a page (u32be), so its first byte is no
// type of ours while the database is below 2^25 pages: 128 GiB of 4 KiB. It must not have
// auto_vacuum, whose pointer maps begin otherwise.

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace velum {

struct PageGap {
  std::size_t begin = 0, end = 0;  // Offsets in the page; equal when there is nothing to clear.
};

// `offset`: of the page in its file. No gap for what is not a b-tree page, or not a sound one.
PageGap find_page_gap(ByteView page, std::uint64_t offset);

}  // namespace velum
