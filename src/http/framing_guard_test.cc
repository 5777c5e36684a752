// What the guard lets through of request lines, targets and hosts, and with which status it refuses
// the rest. The tables of headers are in framing_headers_test.cc, streams in
// framing_stream_test.cc.

#include "http/framing_guard.h"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <string>

#include "http/test_framing.h"

namespace velum::framing_test {

namespace {

namespace beast = boost::beast;

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

void expect_all(const std::vector<FramingCase>& cases) {
  ASSERT_FALSE(cases.empty());
  for (const auto& [text, status] : cases) {
    SCOPED_TRACE(testing::PrintToString(text.substr(0, 200)));
    const ReadHead result = read_head(text);
    EXPECT_EQ(result.status, status);
    if (result.status == accepted) expect_beast_agrees(text, result.framing);
  }
}

}  // namespace

std::vector<FramingCase> request_line_cases() {
  using namespace std::string_literals;
  return {
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
  };
}

std::vector<FramingCase> target_cases() {
  using namespace std::string_literals;
  return {
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
  };
}

std::vector<FramingCase> host_cases() {
  using namespace std::string_literals;
  return {
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
  };
}

namespace {

TEST(FramingGuard, RequestLines) {
  expect_all(request_line_cases());
}

TEST(FramingGuard, Targets) {
  expect_all(target_cases());
}

TEST(FramingGuard, Hosts) {
  expect_all(host_cases());
}

TEST(FramingGuard, Headers) {
  expect_all(header_cases());
}

TEST(FramingGuard, BodyFraming) {
  expect_all(body_framing_cases());
}

TEST(FramingGuard, SaysWhatItRead) {
  const ReadHead result = read_head(
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
  EXPECT_EQ(read_head(get("/")).request.host, "a");
  EXPECT_EQ(read_head(line("OPTIONS * HTTP/1.1")).request.path, "/");
  EXPECT_EQ(read_head(get("http://h?q")).request.path, "/");
  EXPECT_EQ(read_head(get("http://h?q")).request.query, "q");
}

}  // namespace
}  // namespace velum::framing_test
