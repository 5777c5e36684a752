#pragma once
// HeadScanner: finds the end of a request's head in bytes that arrive in pieces, and holds it to
// its limits while it is still incomplete. Each byte is looked at once, however small the pieces.
//
// It refuses a line that ends in LF alone: parsers that read such a line, and those that do not,
// see two different requests.

#include <cstddef>
#include <optional>
#include <string_view>

#include "http/refusal.h"

namespace velum {

struct HeadLimits {
  std::size_t line_size_max_bytes = 0;     // Without CRLF.
  std::size_t headers_size_max_bytes = 0;  // Without the request line.
  std::size_t headers_count_max = 0;
};

class HeadScanner {
 public:
  explicit HeadScanner(const HeadLimits& limits) : limits_(limits) {}

  // `input` starts where the request does, and begins with what the last call was given.
  std::optional<Refusal> scan(std::string_view input);

  // With the blank line at its end; 0 as long as that has not been seen.
  std::size_t head_size_bytes() const { return head_size_bytes_; }

  void restart() { *this = HeadScanner(limits_); }

 private:
  std::optional<Refusal> check_partial(std::string_view input);
  std::optional<Refusal> check_line(std::size_t size_bytes) const;
  std::optional<Refusal> check_headers(std::size_t end) const;

  HeadLimits limits_;
  std::size_t scanned_bytes_ = 0;
  std::size_t line_start_ = 0;
  std::size_t headers_start_ = 0;  // 0 in the request line.
  std::size_t headers_count_ = 0;
  std::size_t head_size_bytes_ = 0;
};

}  // namespace velum
