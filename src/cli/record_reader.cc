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
  buffer_.resize(chunk_size_bytes);
  at_ = 0;
  std::size_t size = 0;
  while (size < chunk_size_bytes) {
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
  while (true) {
    TRY_ASSIGN(const int first, peek());
    if (first == end_of_input) return std::optional<RawRecord>();
    TRY_ASSIGN(RawRecord record, read_record());
    if (view(record.text).find_first_not_of(" \t") == std::string_view::npos) continue;
    if (form_ == RecordForm::csv && !record.problem) {
      if (auto cells = split_cells(view(record.text), delimiter_)) {
        record.cells = *std::move(cells);
      } else {
        record.problem = cells.error();
      }
    }
    return std::optional<RawRecord>(std::move(record));
  }
}

// Up to the end of a line that is not inside quotes.
Result<RawRecord> RecordReader::read_record() {
  RawRecord record;
  record.line = line_;
  bool quoted = false;
  while (true) {
    TRY_ASSIGN(const int byte, take());
    if (byte == end_of_input || (byte == '\n' && !quoted)) break;
    if (form_ == RecordForm::csv && byte == '"') quoted = !quoted;
    record.text.push_back(static_cast<char>(byte));
    if (record.text.size() > record_size_max_bytes) {
      record.problem = too_long();
      TRY(skip_line(record));
      return record;
    }
  }
  end_line(record);
  return record;
}

// The rest of a line that is not kept. Quotes do not count: one too many must not take the rest of
// the file with it.
Result<void> RecordReader::skip_line(RawRecord& record) {
  while (true) {
    TRY_ASSIGN(const int byte, take());
    if (byte == end_of_input || byte == '\n') break;
  }
  end_line(record);
  return {};
}

void RecordReader::end_line(RawRecord& record) const {
  if (view(record.text).ends_with('\r')) record.text.pop_back();
}

}  // namespace velum
