#pragma once
// For the tests of the framing guard: streams of bytes with the requests that are in them.

#include <string>
#include <string_view>
#include <vector>

#include "http/test_framing.h"

namespace velum::framing_test {

constexpr std::size_t stream_body_max_bytes = 1000;

struct StreamCase {
  // How it ends, when not with the status of a refusal.
  static constexpr int between_requests = 0;
  static constexpr int in_head = -1;
  static constexpr int in_body = -2;

  std::string text;
  std::vector<std::string> requests;  // "METHOD host/path?query body"
  int end;
};

constexpr int rests = StreamCase::between_requests;
constexpr int in_head = StreamCase::in_head;
constexpr int in_body = StreamCase::in_body;

std::vector<StreamCase> pipelining_streams();
std::vector<StreamCase> length_streams();
std::vector<StreamCase> encoding_streams();
std::vector<StreamCase> chunk_streams();
std::vector<StreamCase> first_byte_streams();

// A POST whose body is `rest`, framed by `headers`, each of which ends in CRLF.
inline std::string post(std::string_view headers, std::string_view rest) {
  return std::string("POST /p HTTP/1.1\r\nHost: a\r\n").append(headers).append("\r\n").append(rest);
}

inline std::string sized(std::string_view body) {
  return post("Content-Length: " + std::to_string(body.size()) + "\r\n", body);
}

inline std::string chunked(std::string_view chunks) {
  return post("Transfer-Encoding: chunked\r\n", chunks);
}

inline const std::string hidden = get("/hidden");

}  // namespace velum::framing_test
