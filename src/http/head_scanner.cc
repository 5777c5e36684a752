#include "http/head_scanner.h"

#include "http/ascii.h"

namespace velum {

std::optional<Refusal> HeadScanner::scan(std::string_view input) {
  // TLS on the plain port, and other things that would never send a line's end.
  if (!input.empty() && !is_token_character(input.front())) {
    return bad_request("the request does not start with a method");
  }
  while (head_size_bytes_ == 0) {
    const std::size_t feed = input.find('\n', scanned_bytes_);
    if (feed == std::string_view::npos) return check_partial(input);
    if (input[feed - 1] != '\r') return bad_request("a line ends without CR");

    const std::size_t line_size_bytes = feed - 1 - line_start_;
    if (auto refusal = check_line(line_size_bytes)) return refusal;
    const bool is_header = headers_start_ > 0 && line_size_bytes > 0;
    if (is_header && ++headers_count_ > limits_.headers_count_max) {
      return Refusal{431, Error(ErrorCode::too_large, "there are too many headers")};
    }
    scanned_bytes_ = line_start_ = feed + 1;
    if (headers_start_ == 0) headers_start_ = line_start_;
    if (auto refusal = check_headers(line_start_)) return refusal;
    if (line_size_bytes == 0) head_size_bytes_ = line_start_;
  }
  return std::nullopt;
}

std::optional<Refusal> HeadScanner::check_partial(std::string_view input) {
  scanned_bytes_ = input.size();
  std::size_t size_bytes = input.size() - line_start_;
  if (size_bytes > 0 && input.back() == '\r') --size_bytes;
  if (auto refusal = check_line(size_bytes)) return refusal;
  return check_headers(input.size());
}

std::optional<Refusal> HeadScanner::check_line(std::size_t size_bytes) const {
  if (size_bytes <= limits_.line_size_max_bytes) return std::nullopt;
  if (headers_start_ == 0) {
    return Refusal{414, Error(ErrorCode::too_large, "the request line is too long")};
  }
  return Refusal{431, Error(ErrorCode::too_large, "a header line is too long")};
}

std::optional<Refusal> HeadScanner::check_headers(std::size_t end) const {
  if (headers_start_ == 0 || end - headers_start_ <= limits_.headers_size_max_bytes) {
    return std::nullopt;
  }
  return Refusal{431, Error(ErrorCode::too_large, "the headers are too large")};
}

}  // namespace velum
