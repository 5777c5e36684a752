#pragma once
// RecordReader: the records of a CSV file (RFC 4180, with a header) or of JSON Lines, one at a
// time, in memory bounded by the longest record. What is wrong with one record says so and leaves
// the others readable.
//
// CSV is also read with ';' or tabs between cells, whichever the header has most of, with LF or
// CRLF, and behind a byte order mark. A record that is too long, or whose quotes do not end within
// the limit, ends at its first line's end.

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
  std::vector<WipedText> cells;  // CSV only.
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

  // Skips empty lines. nullopt at the end.
  Result<std::optional<RawRecord>> next();

  std::uint64_t bytes_read() const { return bytes_read_; }
  std::optional<std::uint64_t> size_bytes() const { return input_->size_bytes(); }

 private:
  explicit RecordReader(std::unique_ptr<Input> input) : input_(std::move(input)) {}

  Result<void> fill();
  Result<int> take();  // The next byte, or -1.
  Result<int> peek();
  Result<RawRecord> read_record();
  Result<void> skip_line(RawRecord& record);
  void end_line(RawRecord& record) const;

  std::unique_ptr<Input> input_;
  WipedText buffer_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t bytes_read_ = 0;
  RecordForm form_ = RecordForm::csv;
  char delimiter_ = ',';
  RawRecord header_;
};

}  // namespace velum
