#include "http/answer_status.h"

#include "http/ascii.h"

namespace velum {
namespace {

constexpr std::string_view http_version = "HTTP/1.";  // And a digit and a blank.
constexpr std::size_t digits_at = http_version.size() + 2;
constexpr std::size_t head_min_bytes = digits_at + 3;

Error not_http() {
  return {ErrorCode::corrupt, "the answer is no HTTP/1.1"};
}

// Of a first line, without its end.
std::optional<int> status_of(std::string_view line) {
  if (line.size() < head_min_bytes || !line.starts_with(http_version)) return std::nullopt;
  if (!is_digit(line[http_version.size()]) || line[http_version.size() + 1] != ' ')
    return std::nullopt;
  int status = 0;
  for (const char digit : line.substr(digits_at, 3)) {
    if (!is_digit(digit)) return std::nullopt;
    status = 10 * status + (digit - '0');
  }
  const bool ends = line.size() == head_min_bytes || line[head_min_bytes] == ' ';
  if (!ends || status < 100 || status > 599) return std::nullopt;
  return status;
}

}  // namespace

Result<std::optional<int>> AnswerStatus::take(std::string_view bytes) {
  for (const char byte : bytes) {
    if (++size_bytes_ > size_max_bytes) return not_http();
    text_ += byte;
    const bool may_begin = text_.size() > http_version.size() || http_version.starts_with(text_);
    if (!may_begin) return not_http();
    if (byte != '\n') continue;
    const std::size_t end = text_.find("\r\n");
    if (end == std::string::npos) return not_http();
    const auto status = status_of(std::string_view(text_).substr(0, end));
    if (!status) return not_http();
    if (*status >= 200) return status;
    if (text_.ends_with("\r\n\r\n")) text_.clear();
  }
  return std::optional<int>();
}

}  // namespace velum
