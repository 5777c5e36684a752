#include "http/answer_status.h"

#include <gtest/gtest.h>

namespace velum::answer_status_test {
namespace {

// All at once, and byte by byte: the same. -1: refused; 0: more is needed.
int status_of(std::string_view text) {
  AnswerStatus whole;
  const auto at_once = whole.take(text);
  const int expected = !at_once ? -1 : at_once->value_or(0);
  AnswerStatus pieces;
  int status = 0;
  for (std::size_t at = 0; at < text.size() && status == 0; ++at) {
    const auto taken = pieces.take(text.substr(at, 1));
    status = !taken ? -1 : taken->value_or(0);
  }
  EXPECT_EQ(status, expected) << text;
  return expected;
}

TEST(AnswerStatusTest, ReadsTheFinalStatus) {
  struct Case {
    std::string text;
    int status;
  };
  const Case cases[] = {
      {"HTTP/1.1 200 OK\r\n", 200},
      {"HTTP/1.0 204 \r\nX: y\r\n\r\n", 204},
      {"HTTP/1.1 204\r\n", 204},
      {"HTTP/1.1 302 Found\r\nLocation: https://10.0.0.1/\r\n\r\n", 302},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n", 201},
      {"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 500 No\r\n\r\n", 500},
      {"", 0},
      {"HTTP/1.1 200 OK", 0},
      {"HTTP/1.1 100 Continue\r\n\r\n", 0},
      {"HTTP/1.1 100 Continue\r\nX: y\r\n", 0},
      {"HTTP/2 200\r\n", -1},
      {"garbage\r\n", -1},
      {"HTTP/1.1 200 OK\n", -1},
      {"HTTP/1.1  200 OK\r\n", -1},
      {"HTTP/1.1 20 OK\r\n", -1},
      {"HTTP/1.1 2000 OK\r\n", -1},
      {"HTTP/1.1 099 OK\r\n", -1},
      {"HTTP/1.1 600 OK\r\n", -1},
      {"HTTP/1.1 2x0 OK\r\n", -1},
      {"\r\nHTTP/1.1 200 OK\r\n", -1},
  };
  for (const Case& each : cases) EXPECT_EQ(status_of(each.text), each.status) << each.text;
}

TEST(AnswerStatusTest, AnAnswerWithoutEndIsRefused) {
  EXPECT_EQ(status_of("HTTP/1.1 200 " + std::string(AnswerStatus::size_max_bytes, 'a')), -1);
  std::string interim;
  while (interim.size() <= AnswerStatus::size_max_bytes) interim += "HTTP/1.1 100 Wait\r\n\r\n";
  EXPECT_EQ(status_of(interim), -1);
}

}  // namespace
}  // namespace velum::answer_status_test
