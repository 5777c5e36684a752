#pragma once
// For the tests of the framing guard: requests as bytes, and tables of them with what becomes of
// each. Every head of the tables is read three times: by the guard, by Beast's parser, which must
// not read it differently, and as the beginning of a stream that another request follows.

#include <string>
#include <string_view>
#include <vector>

#include "http/framing_guard.h"
#include "http/head_scanner.h"

namespace velum::framing_test {

constexpr HeadLimits test_head_limits{8 << 10, 32 << 10, 100};

struct FramingCase {
  // In place of the status of a refusal.
  static constexpr int accepted = 0;
  static constexpr int incomplete = -1;

  std::string text;
  int status;
};

constexpr int accepted = FramingCase::accepted;
constexpr int incomplete = FramingCase::incomplete;

std::vector<FramingCase> request_line_cases();
std::vector<FramingCase> target_cases();
std::vector<FramingCase> host_cases();
std::vector<FramingCase> header_cases();
std::vector<FramingCase> body_framing_cases();

struct ReadHead {
  int status = FramingCase::accepted;
  HttpRequest request;  // Views of the text that was read.
  RequestFraming framing;
};

inline ReadHead read_head(std::string_view text) {
  ReadHead result;
  HeadScanner scanner(test_head_limits);
  if (const auto refusal = scanner.scan(text)) {
    result.status = refusal->status;
  } else if (scanner.head_size_bytes() == 0) {
    result.status = FramingCase::incomplete;
  } else {
    const auto head = text.substr(0, scanner.head_size_bytes());
    if (const auto late = read_request_head(head, result.request, result.framing)) {
      result.status = late->status;
    }
  }
  return result;
}

inline std::string get(std::string_view target, std::string_view headers = "") {
  return std::string("GET ").append(target).append(" HTTP/1.1\r\nHost: a\r\n").append(headers) +
         "\r\n";
}

inline std::string line(std::string_view request_line) {
  return std::string(request_line).append("\r\nHost: a\r\n\r\n");
}

inline std::string header(std::string_view text) {
  return get("/", std::string(text) + "\r\n");
}

inline std::string host(std::string_view value) {
  return std::string("GET / HTTP/1.1\r\nHost: ").append(value).append("\r\n\r\n");
}

inline std::string old(std::string_view headers) {
  return std::string("GET / HTTP/1.0\r\n").append(headers).append("\r\n");
}

}  // namespace velum::framing_test
