#include "cli/record_reader.h"

#include <algorithm>
#include <utility>

#include "cli/csv_cells.h"

namespace velum {
namespace {

constexpr std::size_t chunk_size_bytes = std::size_t{64} << 10;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr int end_of_input = -1;

Error too_long() {
  return {ErrorCode::too_large, "a record has at most 256 KiB"};
}

Error unending_quotes() {
  return {ErrorCode::invalid_argument, "a quoted cell does not end"};
}

std::string_view without_line_end(std::string_view text) {
  for (const char end : {'\n', '\r'}) {
    if (text.ends_with(end)) text.remove_suffix(1);
  }
  return text;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t") == std::string_view::npos;
}

char delimiter_of(std::string_view header) {
  char best = ',';
  for (const char candidate : {';', '\t'}) {
    if (std::count(header.begin(), header.end(), candidate) >
        std::count(header.begin(), header.end(), best)) {
      best = candidate;
    }
  }
  return best;
}

}  // namespace

Result<RecordReader> RecordReader::open(std::unique_ptr<Input> input,
                                        std::optional<RecordForm> form) {
  RecordReader reader(std::move(input));
  TRY(reader.fill());
  if (view(reader.buffer_).starts_with(byte_order_mark)) reader.at_ = byte_order_mark.size();
  const std::string_view begin = view(reader.buffer_).substr(reader.at_);
  const std::size_t first = begin.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) {
    return Error(ErrorCode::invalid_argument, "there is nothing to import");
  }
  reader.form_ = form.value_or(begin[first] == '{' ? RecordForm::json_lines : RecordForm::csv);
  if (reader.form_ == RecordForm::json_lines) return reader;

  reader.delimiter_ = delimiter_of(begin.substr(first, begin.find('\n', first) - first));
  TRY_ASSIGN(std::optional<RawRecord> header, reader.next());
  if (!header || header->problem) {
    return Error(ErrorCode::invalid_argument, "the first line is no header of a CSV file");
  }
  reader.header_ = *std::move(header);
  return reader;
}

// A whole chunk, unless the input ends: a pipe brings what it has in pieces.
Result<void> RecordReader::fill() {
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
  at_ -= begin_;
  begin_ = 0;
  std::size_t size = buffer_.size();
  const std::size_t wanted = size + chunk_size_bytes;
  buffer_.resize(wanted);
  while (size < wanted) {
    TRY_ASSIGN(const std::size_t count, input_->read_some(std::span(buffer_).subspan(size)));
    if (count == 0) break;
    size += count;
  }
  buffer_.resize(size);
  return {};
}

Result<int> RecordReader::peek() {
  if (at_ == buffer_.size()) TRY(fill());
  return at_ == buffer_.size() ? end_of_input : static_cast<unsigned char>(buffer_[at_]);
}

Result<int> RecordReader::take() {
  TRY_ASSIGN(const int byte, peek());
  if (byte == end_of_input) return byte;
  ++at_;
  ++bytes_read_;
  line_ += byte == '\n';
  return byte;
}

Result<std::optional<RawRecord>> RecordReader::next() {
  while (in_long_line_) TRY(read_on());
  for (bool is_behind_gap = false;; is_behind_gap = true) {
    begin_ = at_;
    TRY_ASSIGN(const int first, peek());
    if (first == end_of_input) return std::optional<RawRecord>();
    TRY_ASSIGN(RawRecord record, read_record());
    if (is_blank(view(record.text)) && !record.problem) continue;
    record.is_behind_gap = is_behind_gap;
    return std::optional<RawRecord>(std::move(record));
  }
}

Result<RawRecord> RecordReader::read_record() {
  RawRecord record;
  record.line = line_;
  TRY(read_lines(record));
  const bool is_row = form_ == RecordForm::csv && !is_blank(view(record.text));
  if (!is_row || record.problem) return record;
  auto cells = row_of(view(record.text));
  if (cells) {
    record.cells = *std::move(cells);
  } else {
    keep_first_line(record, cells.error());
  }
  return record;
}

Result<std::vector<WipedText>> RecordReader::row_of(std::string_view text) const {
  TRY_ASSIGN(std::vector<WipedText> cells, split_cells(text, delimiter_));
  if (!columns().empty() && cells.size() != columns().size()) {
    return Error(ErrorCode::invalid_argument,
                 "the row has another number of cells than the header");
  }
  return cells;
}

std::string_view RecordReader::read_of_record() const {
  return view(buffer_).substr(begin_, at_ - begin_);
}

// Up to the end of a line that is not inside quotes.
Result<void> RecordReader::read_lines(RawRecord& record) {
  CellState state = CellState::begin;
  while (read_of_record().size() <= record_size_max_bytes) {
    TRY_ASSIGN(const int byte, take());
    if (byte == end_of_input || (byte == '\n' && state != CellState::quoted)) {
      append(record.text, without_line_end(read_of_record()));
      return {};
    }
    if (form_ == RecordForm::csv) state = next_state(state, byte, delimiter_);
  }
  append(record.text, read_of_record());
  if (line_ > record.line) {
    keep_first_line(record, unending_quotes());
  } else {
    record.problem = too_long();
    record.goes_on = in_long_line_ = true;
  }
  return {};
}

void RecordReader::keep_first_line(RawRecord& record, Error problem) {
  const std::string_view read = read_of_record();
  const std::string_view line = read.substr(0, read.find('\n') + 1);
  record.problem = std::move(problem);
  if (line.empty()) return;  // The input ended before the line did.
  record.text.clear();
  append(record.text, without_line_end(line));
  bytes_read_ -= read.size() - line.size();
  line_ = record.line + 1;
  at_ = begin_ + line.size();
}

Result<WipedText> RecordReader::read_on() {
  begin_ = at_;
  while (in_long_line_ && read_of_record().size() < chunk_size_bytes) {
    TRY_ASSIGN(const int byte, take());
    in_long_line_ = byte != end_of_input && byte != '\n';
  }
  WipedText piece;
  append(piece, without_line_end(read_of_record()));
  return piece;
}

}  // namespace velum
