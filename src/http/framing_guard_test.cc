// What the guard lets through, and with which status it refuses the rest. Whatever it accepts,
// Beast's parser must read in the same way: two parsers that differ are what the guard is against.

#include "http/framing_guard.h"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <iterator>
#include <string>

#include "http/head_scanner.h"

namespace velum {
namespace {

namespace beast = boost::beast;

constexpr int accepted = 0;
constexpr int incomplete = -1;
constexpr HeadLimits limits{8 << 10, 32 << 10, 100};

struct Read {
  int status = accepted;
  HttpRequest request;
  RequestFraming framing;
};

Read read(std::string_view text) {
  Read result;
  HeadScanner scanner(limits);
  if (const auto refusal = scanner.scan(text)) {
    result.status = refusal->status;
  } else if (scanner.head_size_bytes() == 0) {
    result.status = incomplete;
  } else {
    const auto head = text.substr(0, scanner.head_size_bytes());
    if (const auto late = read_request_head(head, result.request, result.framing)) {
      result.status = late->status;
    }
  }
  return result;
}

std::string get(std::string_view target, std::string_view headers = "") {
  return std::string("GET ").append(target).append(" HTTP/1.1\r\nHost: a\r\n").append(headers) +
         "\r\n";
}

std::string line(std::string_view request_line) {
  return std::string(request_line).append("\r\nHost: a\r\n\r\n");
}

std::string header(std::string_view text) {
  return get("/", std::string(text) + "\r\n");
}

std::string host(std::string_view value) {
  return std::string("GET / HTTP/1.1\r\nHost: ").append(value).append("\r\n\r\n");
}

std::string old(std::string_view headers) {
  return std::string("GET / HTTP/1.0\r\n").append(headers).append("\r\n");
}

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

void expect_beast_agrees(std::string_view text, const RequestFraming& framing) {
  beast::http::request_parser<beast::http::empty_body> parser;
  parser.header_limit(64 << 10);
  parser.body_limit(boost::none);
  beast::error_code problem;
  std::size_t taken = 0;
  while (!problem && !parser.is_header_done()) {
    taken += parser.put(boost::asio::buffer(text.data() + taken, text.size() - taken), problem);
  }
  EXPECT_TRUE(parser.is_header_done()) << problem.message();
  EXPECT_EQ(parser.chunked(), framing.body == BodyFraming::chunked);
  const auto length = parser.content_length();
  EXPECT_EQ(length ? *length : 0, framing.content_length_bytes);
}

struct Case {
  std::string text;
  int status;
};

void expect_all(const std::vector<Case>& cases) {
  for (const auto& [text, status] : cases) {
    SCOPED_TRACE(testing::PrintToString(text.substr(0, 200)));
    const Read result = read(text);
    EXPECT_EQ(result.status, status);
    if (result.status == accepted) expect_beast_agrees(text, result.framing);
  }
}

TEST(FramingGuard, RequestLines) {
  using namespace std::string_literals;
  expect_all({
      {line("GET / HTTP/1.1"), accepted},
      {line("GET /a/b?c=d HTTP/1.1"), accepted},
      {line("HEAD / HTTP/1.1"), accepted},
      {line("POST / HTTP/1.1"), accepted},
      {line("PUT / HTTP/1.1"), accepted},
      {line("PATCH / HTTP/1.1"), accepted},
      {line("DELETE / HTTP/1.1"), accepted},
      {line("OPTIONS / HTTP/1.1"), accepted},
      {line("BREW / HTTP/1.1"), accepted},
      {line("get / HTTP/1.1"), accepted},
      {line("M-SEARCH / HTTP/1.1"), accepted},
      {line("GET / HTTP/1.0"), accepted},
      {line("GET / HTTP/0.9"), 505},
      {line("GET / HTTP/1.2"), 505},
      {line("GET / HTTP/2.0"), 505},
      {line("GET / HTTP/3.0"), 505},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {line("GET / HTTP/1"), 400},
      {line("GET / HTTP/11"), 400},
      {line("GET / HTTP/1.10"), 400},
      {line("GET / HTTP/01.1"), 400},
      {line("GET / http/1.1"), 400},
      {line("GET / HTTPS/1.1"), 400},
      {line("GET / HTTP/1,1"), 400},
      {line("GET / HTTP/-.1"), 400},
      {line("GET / ICY/1.1"), 400},
      {line("GET /"), 400},
      {line("GET"), 400},
      {line("GET  HTTP/1.1"), 400},
      {line("GET HTTP/1.1"), 400},
      {line("GET  / HTTP/1.1"), 400},
      {line("GET /  HTTP/1.1"), 400},
      {line("GET / HTTP/1.1 "), 400},
      {line("GET / x HTTP/1.1"), 400},
      {line(" GET / HTTP/1.1"), 400},
      {line("\tGET / HTTP/1.1"), 400},
      {line("GET\t/ HTTP/1.1"), 400},
      {line("GET /\tHTTP/1.1"), 400},
      {line("GE\tT / HTTP/1.1"), 400},
      {line("GET, / HTTP/1.1"), 400},
      {line("G(T / HTTP/1.1"), 400},
      {line("G\xC3\x8BT / HTTP/1.1"), 400},
      {line("G\0T / HTTP/1.1"s), 400},
      {line("G\x7FT / HTTP/1.1"), 400},
      {line("GET /\r HTTP/1.1"), 400},
      {line("GET / HTTP/1.1\r"), 400},
      {"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: a\n\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
      {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, 400},
      {"\0"s, 400},
      {"GET / HTT", incomplete},
      {"GET / HTTP/1.1\r\nHost: a\r\n", incomplete},
      {"GET / HTTP/1.1\r\nHost: a\r\n\r", incomplete},
      {"", incomplete},
  });
}

TEST(FramingGuard, Targets) {
  using namespace std::string_literals;
  expect_all({
      {get("/"), accepted},
      {get("/?"), accepted},
      {get("/a%40b.c"), accepted},
      {get("/a@b+c.d"), accepted},
      {get("//a"), accepted},
      {get("/a/../b"), accepted},
      {get("/a?b?c"), accepted},
      {get("/a?u=http://x/"), accepted},
      {get("http://store.example.com/a"), accepted},
      {get("http://store.example.com"), accepted},
      {get("http://store.example.com:8080/a?b"), accepted},
      {get("https://store.example.com/a"), accepted},
      {get("HTTP://store.example.com/a"), accepted},
      {get("http://[::1]:80/a"), accepted},
      {get("http://192.0.2.1?x=1"), accepted},
      {line("OPTIONS * HTTP/1.1"), accepted},
      {get("*"), 400},
      {line("OPTIONS ** HTTP/1.1"), 400},
      {line("CONNECT a:443 HTTP/1.1"), 400},
      {get("a:443"), 400},
      {get("a"), 400},
      {get("?a=b"), 400},
      {get("ftp://a/b"), 400},
      {get("file:///etc/passwd"), 400},
      {get("javascript:x"), 400},
      {get("http:/a"), 400},
      {get("http:///a"), 400},
      {get("http://"), 400},
      {get("http://u@h/a"), 400},
      {get("http://u:p@h/a"), 400},
      {get("http://h:x/a"), 400},
      {get("http://h:123456/a"), 400},
      {get("http://h,i/a"), 400},
      {get("http://[::1/a"), 400},
      {get("http://h\\a/b"), 400},
      {get("/a#b"), 400},
      {get("/a b"), 400},
      {get("/\xC3\xA9"), 400},
      {get("/\x7f"), 400},
      {get("/\x01"), 400},
      {get("/a\0b"s), 400},
      {get("/" + std::string(8192 - 1 - 13, 'a')), accepted},
      {get("/" + std::string(8192 - 13, 'a')), 414},
      {"GET /" + std::string(9000, 'a'), 414},
      {std::string(9000, 'a'), 414},
  });
}

TEST(FramingGuard, Hosts) {
  using namespace std::string_literals;
  expect_all({
      {host("a"), accepted},
      {host("store.example.com"), accepted},
      {host("store.example.com:80"), accepted},
      {host("store.example.com:"), accepted},
      {host("a_b-c.d"), accepted},
      {host("127.0.0.1:8080"), accepted},
      {host("[::1]"), accepted},
      {host("[::1]:8080"), accepted},
      {host("[::ffff:192.0.2.1]"), accepted},
      {host("  a  "), accepted},
      {"GET / HTTP/1.1\r\nhOsT: a\r\n\r\n", accepted},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nX-Host: a\r\n\r\n", 400},
      {"GET http://a/ HTTP/1.1\r\n\r\n", 400},
      {header("Host: a"), 400},
      {header("Host: b"), 400},
      {header("HOST: b"), 400},
      {old("Host: a\r\nHost: a\r\n"), 400},
      {old(""), accepted},
      {old("Host: a\r\n"), accepted},
      {host(""), 400},
      {host("a, b"), 400},
      {host("a b"), 400},
      {host("a/b"), 400},
      {host("a@b"), 400},
      {host("a?b"), 400},
      {host("http://a"), 400},
      {host("a:b"), 400},
      {host("a:80:80"), 400},
      {host("a:123456"), 400},
      {host(":80"), 400},
      {host("[::1"), 400},
      {host("[]"), 400},
      {host("[::g]"), 400},
      {host("[::1]x"), 400},
      {host("\xC3\xA9"), 400},
      {host("a\0b"s), 400},
      {host("a%00b"), 400},
  });
}

TEST(FramingGuard, Headers) {
  using namespace std::string_literals;
  expect_all({
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
  });
}

TEST(FramingGuard, BodyFraming) {
  using namespace std::string_literals;
  const std::string chunked = "Transfer-Encoding: chunked";
  expect_all({
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
  });
}

TEST(FramingGuard, SaysWhatItRead) {
  const Read result = read(
      "POST http://other:81/a%20b?c=d HTTP/1.1\r\nHost: mine\r\nContent-Length: 7\r\n"
      "X-A:  b c \r\nExpect: 100-continue\r\n\r\n");
  ASSERT_EQ(result.status, accepted);
  EXPECT_EQ(result.request.method, HttpMethod::post);
  EXPECT_EQ(result.request.path, "/a%20b");
  EXPECT_EQ(result.request.query, "c=d");
  EXPECT_EQ(result.request.host, "other:81");
  EXPECT_EQ(result.request.headers.size(), 4U);
  EXPECT_EQ(result.request.header("x-a"), "b c");
  EXPECT_EQ(result.request.header("x-b"), "");
  EXPECT_EQ(result.framing.content_length_bytes, 7U);
  EXPECT_TRUE(result.framing.expects_continue);
  EXPECT_EQ(read(get("/")).request.host, "a");
  EXPECT_EQ(read(line("OPTIONS * HTTP/1.1")).request.path, "/");
  EXPECT_EQ(read(get("http://h?q")).request.path, "/");
  EXPECT_EQ(read(get("http://h?q")).request.query, "q");
}

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
    const Read result = read(text);
    ASSERT_EQ(result.status, accepted);
    EXPECT_EQ(result.framing.keep_alive, want);
  }
}

TEST(HeadScanner, ReadsTheSameInPieces) {
  const std::string text = header("A: b") + "the body";
  for (std::size_t piece = 1; piece < 9; ++piece) {
    HeadScanner scanner(limits);
    for (std::size_t end = piece; end < text.size() + piece; end += piece) {
      ASSERT_FALSE(scanner.scan(std::string_view(text).substr(0, end)));
    }
    EXPECT_EQ(scanner.head_size_bytes(), text.size() - 8);
  }
}

}  // namespace
}  // namespace velum
