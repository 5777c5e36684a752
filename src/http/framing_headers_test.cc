// What the guard lets through of headers: their form, their limits, and those that say where a body
// ends. framing_guard_test.cc and framing_stream_test.cc run the tables.

#include <gtest/gtest.h>

#include <string>

#include "http/test_framing.h"

namespace velum::framing_test {
namespace {

std::string many_headers(int count) {  // With Host.
  std::string text;
  for (int i = 1; i < count; ++i) text.append("A: b\r\n");
  return get("/", text);
}

std::string large_headers(std::size_t size_bytes) {  // Of the whole section, blank line included.
  std::string text;
  std::size_t left = size_bytes - std::string_view("Host: a\r\n\r\n").size();
  while (left > 0) {
    const std::size_t part = left > 8000 ? 7000 : left;
    text.append("A: ").append(part - 5, 'x').append("\r\n");
    left -= part;
  }
  return get("/", text);
}

}  // namespace

std::vector<FramingCase> header_cases() {
  using namespace std::string_literals;
  return {
      {header("A: b"), accepted},
      {header("A:b"), accepted},
      {header("A:   b  "), accepted},
      {header("A:\tb\t"), accepted},
      {header("A:"), accepted},
      {header("A: b\tc"), accepted},
      {header("A: b:c"), accepted},
      {header("A: \xC3\xA9"), accepted},
      {header("A: \x80\xFF"), accepted},
      {header("a!#$%&'*+-.^_`|~9: b"), accepted},
      {header("A: b\r\nA: c"), accepted},
      {header("Upgrade: h2c"), accepted},
      {header("Expect: 100-continue"), accepted},
      {header("Expect: 100-CONTINUE"), accepted},
      {header("Expect: 200-ok"), 417},
      {header("Expect: 100-continue, x"), 417},
      {header("Expect:"), 417},
      {header("A : b"), 400},
      {header("A\t: b"), 400},
      {header(" A: b"), 400},
      {header("A: b\r\n c"), 400},
      {header("A: b\r\n\tc"), 400},
      {header("A: b\r\n "), 400},
      {header("A"), 400},
      {header(": b"), 400},
      {header("A B: c"), 400},
      {header("A(B): c"), 400},
      {header("A,B: c"), 400},
      {header("\"A\": c"), 400},
      {header("A/B: c"), 400},
      {header("\xC3\xA9: b"), 400},
      {header("A\0: b"s), 400},
      {header("A\x7f: b"), 400},
      {header("A: b\0c"s), 400},
      {header("A: \x01"), 400},
      {header("A: \x1b[2J"), 400},
      {header("A: \x7f"), 400},
      {header("A: \x0b"), 400},
      {header("A: b\rc"), 400},
      {header("A: b\r"), 400},
      {header("A: b\nC: d"), 400},
      {header("\rA: b"), 400},
      {header("A: " + std::string(8192 - 3, 'x')), accepted},
      {header("A: " + std::string(8192 - 2, 'x')), 431},
      {"GET / HTTP/1.1\r\nA: " + std::string(9000, 'x'), 431},
      {many_headers(100), accepted},
      {many_headers(101), 431},
      {large_headers(32 << 10), accepted},
      {large_headers((32 << 10) + 1), 431},
  };
}

std::vector<FramingCase> body_framing_cases() {
  using namespace std::string_literals;
  const std::string chunked = "Transfer-Encoding: chunked";
  return {
      {header("Content-Length: 0"), accepted},
      {header("Content-Length: 5"), accepted},
      {header("content-length:5"), accepted},
      {header("Content-Length: 0005"), accepted},
      {header("Content-Length: 18446744073709551614"), accepted},
      {header("Content-Length: 18446744073709551616"), 400},
      {header("Content-Length: 99999999999999999999"), 400},
      {header("Content-Length:"), 400},
      {header("Content-Length: +5"), 400},
      {header("Content-Length: -5"), 400},
      {header("Content-Length: -0"), 400},
      {header("Content-Length: 5, 5"), 400},
      {header("Content-Length: 5,5"), 400},
      {header("Content-Length: 5;"), 400},
      {header("Content-Length: 5 5"), 400},
      {header("Content-Length: 5\t5"), 400},
      {header("Content-Length: 0x5"), 400},
      {header("Content-Length: 5a"), 400},
      {header("Content-Length: 5.0"), 400},
      {header("Content-Length: 1e1"), 400},
      {header("Content-Length: \"5\""), 400},
      {header("Content-Length: five"), 400},
      {header("Content-Length: \xD9\xA5"), 400},
      {header("Content-Length: 5\r\nContent-Length: 5"), 400},
      {header("Content-Length: 5\r\nContent-Length: 6"), 400},
      {header("Content-Length: 5\r\ncontent-LENGTH: 0"), 400},
      {header("Content-Length : 5"), 400},
      {header("Content-Length: 5\r\n 6"), 400},
      {header(chunked), accepted},
      {header("transfer-encoding:chunked"), accepted},
      {header("Transfer-Encoding:  chunked  "), accepted},
      {header("Transfer-Encoding: Chunked"), 400},
      {header("Transfer-Encoding: CHUNKED"), 400},
      {header("Transfer-Encoding: xchunked"), 400},
      {header("Transfer-Encoding: chunked, chunked"), 400},
      {header("Transfer-Encoding: gzip, chunked"), 400},
      {header("Transfer-Encoding: chunked, gzip"), 400},
      {header("Transfer-Encoding: chunked,"), 400},
      {header("Transfer-Encoding: ,chunked"), 400},
      {header("Transfer-Encoding: chunked;q=1"), 400},
      {header("Transfer-Encoding: \"chunked\""), 400},
      {header("Transfer-Encoding: 'chunked'"), 400},
      {header("Transfer-Encoding: identity"), 400},
      {header("Transfer-Encoding: gzip"), 400},
      {header("Transfer-Encoding:"), 400},
      {header("Transfer-Encoding: chunked\0"s), 400},
      {header("Transfer-Encoding: \x0b"
              "chunked"),
       400},
      {header("Transfer-Encoding : chunked"), 400},
      {header("Transfer-Encoding: x\r\n chunked"), 400},
      {header(chunked + "\r\n" + chunked), 400},
      {header(chunked + "\r\nTransfer-Encoding: identity"), 400},
      {header(chunked + "\r\nContent-Length: 5"), 400},
      {header("Content-Length: 5\r\n" + chunked), 400},
      {header("Content-Length: 0\r\n" + chunked), 400},
      {header("Content-Length: 5\r\nTransfer-Encoding: gzip"), 400},
      {old(chunked + "\r\n"), 400},
      {old("Host: a\r\n" + chunked + "\r\nContent-Length: 3\r\n"), 400},
      {old("Content-Length: 3\r\n"), accepted},
      {old("Content-Length: 3\r\nContent-Length: 3\r\n"), 400},
  };
}

namespace {

TEST(FramingGuard, KeepsAlive) {
  struct KeepCase {
    std::string text;
    bool want;
  };
  const KeepCase cases[] = {
      {get("/"), true},
      {header("Connection: keep-alive"), true},
      {header("Connection: close"), false},
      {header("Connection: Close"), false},
      {header("Connection: foo, close"), false},
      {header("Connection: close, keep-alive"), false},
      {header("Connection: close\r\nConnection: keep-alive"), false},
      {header("Connection: closed"), true},
      {old(""), false},
      {old("Connection: keep-alive\r\n"), true},
      {old("Connection: Keep-Alive\r\n"), true},
      {old("Connection: keep-alive, close\r\n"), false},
  };
  for (const auto& [text, want] : cases) {
    SCOPED_TRACE(testing::PrintToString(text));
    const ReadHead result = read_head(text);
    ASSERT_EQ(result.status, accepted);
    EXPECT_EQ(result.framing.keep_alive, want);
  }
}

TEST(HeadScanner, ReadsTheSameInPieces) {
  const std::string text = header("A: b") + "the body";
  for (std::size_t piece = 1; piece < 9; ++piece) {
    HeadScanner scanner(test_head_limits);
    for (std::size_t end = piece; end < text.size() + piece; end += piece) {
      ASSERT_FALSE(scanner.scan(std::string_view(text).substr(0, end)));
    }
    EXPECT_EQ(scanner.head_size_bytes(), text.size() - 8);
  }
}

}  // namespace
}  // namespace velum::framing_test
