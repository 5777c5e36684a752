#pragma once
// RecordReader: the records of a CSV file (RFC 4180, with a header) or of JSON Lines, one at a
// time, in memory bounded by the longest record. What is wrong with one record says so and leaves
// the others readable.
//
// CSV is also read with ';' or tabs between cells, whichever the header has most of, with LF or
// CRLF, and behind a byte order mark. A record of several lines with anything wrong in it is its
// first line only, and the next line begins a record: one quote too many must not take with it what
// follows, up to the next quote or the end.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sensitive.h"
#include "io/input.h"

namespace velum {

constexpr std::size_t record_size_max_bytes = std::size_t{256} << 10;

enum class RecordForm : std::uint8_t { csv, json_lines };

struct RawRecord {
  std::uint64_t line = 0;        // Where it begins, from 1.
  WipedText text;                // As it was, without the line's end.
  bool goes_on = false;          // The line is too long to keep: read_on() has the rest.
  bool is_behind_gap = false;    // An empty line stands before it.
  std::vector<WipedText> cells;  // CSV only: one for each column.
  std::optional<Error> problem;  // Then `cells` means nothing.
};

class RecordReader {
 public:
  // Tells the form by the first character, '{' being JSON Lines, unless it is given. Reads the
  // header. Fails with invalid_argument if there is nothing to read, or no header.
  static Result<RecordReader> open(std::unique_ptr<Input> input, std::optional<RecordForm> form);

  RecordForm form() const { return form_; }
  // CSV: the names of the columns, and the line that they stood on.
  const std::vector<WipedText>& columns() const { return header_.cells; }
  std::string_view header_text() const { return view(header_.text); }

  // Skips empty lines, and what is left of a line that goes on. nullopt at the end.
  Result<std::optional<RawRecord>> next();
  // The next piece of a record that goes on; empty when there is no more.
  Result<WipedText> read_on();

  std::uint64_t bytes_read() const { return bytes_read_; }
  std::optional<std::uint64_t> size_bytes() const { return input_->size_bytes(); }

 private:
  explicit RecordReader(std::unique_ptr<Input> input) : input_(std::move(input)) {}

  Result<void> fill();
  Result<int> take();  // The next byte, or -1.
  Result<int> peek();
  Result<RawRecord> read_record();
  Result<std::vector<WipedText>> row_of(std::string_view text) const;
  Result<void> read_lines(RawRecord& record);
  void keep_first_line(RawRecord& record, Error problem);
  std::string_view read_of_record() const;

  std::unique_ptr<Input> input_;
  WipedText buffer_;       // From the record's beginning, so that its lines can be read again.
  std::size_t begin_ = 0;  // Of the record.
  std::size_t at_ = 0;
  bool in_long_line_ = false;
  std::uint64_t line_ = 1;
  std::uint64_t bytes_read_ = 0;
  RecordForm form_ = RecordForm::csv;
  char delimiter_ = ',';
  RawRecord header_;
};

}  // namespace velum
