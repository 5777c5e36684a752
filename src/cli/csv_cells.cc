#include "cli/csv_cells.h"

namespace velum {
namespace {

// Takes a quoted cell, whose first quote is at the front, and leaves what comes after it.
Result<WipedText> take_quoted(std::string_view& rest) {
  WipedText cell;
  rest.remove_prefix(1);
  while (true) {
    const std::size_t quote = rest.find('"');
    if (quote == std::string_view::npos) {
      return Error(ErrorCode::invalid_argument, "a quoted cell does not end");
    }
    append(cell, rest.substr(0, quote));
    rest.remove_prefix(quote + 1);
    if (!rest.starts_with('"')) return cell;
    cell.push_back('"');
    rest.remove_prefix(1);
  }
}

WipedText take_plain(std::string_view& rest, char delimiter) {
  const std::string_view text = rest.substr(0, rest.find(delimiter));
  rest.remove_prefix(text.size());
  return WipedText(text.begin(), text.end());
}

}  // namespace

Result<std::vector<WipedText>> split_cells(std::string_view record, char delimiter) {
  std::vector<WipedText> cells;
  while (true) {
    if (record.starts_with('"')) {
      TRY_ASSIGN(WipedText cell, take_quoted(record));
      cells.push_back(std::move(cell));
    } else {
      cells.push_back(take_plain(record, delimiter));
    }
    if (record.empty()) return cells;
    if (record.front() != delimiter) {
      return Error(ErrorCode::invalid_argument, "a quoted cell goes on behind its quotes");
    }
    record.remove_prefix(1);
  }
}

CellState next_state(CellState state, int byte, char delimiter) {
  const bool quote = byte == '"';
  if (state == CellState::quoted) return quote ? CellState::closed : CellState::quoted;
  if (byte == delimiter) return CellState::begin;
  return quote && state != CellState::plain ? CellState::quoted : CellState::plain;
}

}  // namespace velum
