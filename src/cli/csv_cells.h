#pragma once
// The cells of one CSV record (RFC 4180).

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sensitive.h"

namespace velum {

// Fails with invalid_argument for a quoted cell that does not end, or goes on behind its quotes.
// A quote inside a cell that does not begin with one is an ordinary character.
Result<std::vector<WipedText>> split_cells(std::string_view record, char delimiter);

// Where a reader of single bytes is, to tell the line's end that ends a record from one in quotes.
enum class CellState : std::uint8_t { begin, plain, quoted, closed };
CellState next_state(CellState state, int byte, char delimiter);

}  // namespace velum
