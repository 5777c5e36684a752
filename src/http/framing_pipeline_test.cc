// Streams in which requests follow each other, and bodies of a length that is said. They are run by
// framing_stream_test.cc.

#include <string>

#include "http/test_framing_streams.h"

namespace velum::framing_test {
namespace {

std::string length(std::string_view value, std::string_view rest) {
  return post(std::string("Content-Length: ").append(value).append("\r\n"), rest);
}

}  // namespace

std::vector<StreamCase> pipelining_streams() {
  using namespace std::string_literals;
  const std::string one = get("/1");
  const std::string two = get("/2");
  const std::string broken = "GET / HTTP/1.1\r\n\r\n";
  return {
      {one, {"GET a/1"}, rests},
      {one + two, {"GET a/1", "GET a/2"}, rests},
      {one + one + two, {"GET a/1", "GET a/1", "GET a/2"}, rests},
      {one + "GET /2 HT", {"GET a/1"}, in_head},
      {one + "GET /2 HTTP/1.1\r\nHost: a\r\n", {"GET a/1"}, in_head},
      {one + "GET /2 HTTP/1.1\r\nHost: a\r\n\r", {"GET a/1"}, in_head},
      {one + broken, {"GET a/1"}, 400},
      {one + broken + hidden, {"GET a/1"}, 400},
      {broken + hidden, {}, 400},
      {one + get("/2", "A : b\r\n") + hidden, {"GET a/1"}, 400},
      {one + "HEAD /2 HTTP/1.1\r\nHost: a\r\n\r\n" + one,
       {"GET a/1", "HEAD a/2", "GET a/1"},
       rests},
      {line("OPTIONS * HTTP/1.1") + one, {"OPTIONS a/", "GET a/1"}, rests},
      {line("BREW /pot HTTP/1.1") + one, {"OTHER a/pot", "GET a/1"}, rests},
      {line("CONNECT b:443 HTTP/1.1") + hidden, {}, 400},
      {line("CONNECT /b HTTP/1.1") + one, {"OTHER a/b", "GET a/1"}, rests},
      {get("/1", "Upgrade: h2c\r\nConnection: upgrade\r\n") + two, {"GET a/1", "GET a/2"}, rests},
      {"GET /1 HTTP/1.0\r\n\r\n" + two, {"GET /1", "GET a/2"}, rests},
      {line("GET /1 HTTP/2.0") + hidden, {}, 505},
      // Between two requests: one line's end and nothing else.
      {one + "\r\n" + two, {"GET a/1", "GET a/2"}, rests},
      {one + "\r\n", {"GET a/1"}, rests},
      {one + "\r", {"GET a/1"}, in_head},
      {one + "\r\n\r\n" + hidden, {"GET a/1"}, 400},
      {one + "\r\r\n" + hidden, {"GET a/1"}, 400},
      {one + "\n" + hidden, {"GET a/1"}, 400},
      {one + "\n\n" + hidden, {"GET a/1"}, 400},
      {one + " " + hidden, {"GET a/1"}, 400},
      {one + "\t" + hidden, {"GET a/1"}, 400},
      {one + "\0"s + hidden, {"GET a/1"}, 400},
      {"\r\n" + one, {"GET a/1"}, rests},
      {"\r\n\r\n" + hidden, {}, 400},
      {"\n" + hidden, {}, 400},
      {"\r" + hidden, {}, 400},
      // The end of a head: CRLF twice and nothing else.
      {"GET /1 HTTP/1.1\nHost: a\n\n" + hidden, {}, 400},
      {"GET /1 HTTP/1.1\r\nHost: a\n\n" + hidden, {}, 400},
      {"GET /1 HTTP/1.1\r\nHost: a\r\n\n" + hidden, {}, 400},
      {"GET /1 HTTP/1.1\r\nHost: a\n\r\n" + hidden, {}, 400},
      {"GET /1 HTTP/1.1\r\nHost: a\r\r\n\r\n" + hidden, {}, 400},
      {"GET /1 HTTP/1.1\rHost: a\r\r" + hidden, {}, 400},
      {"GET /1 HTTP/1.1\r\nHost: a\r\n \r\n" + hidden, {}, 400},
      {"GET /1 HTTP/1.1\r\nHost: a\r\n\t\r\n\r\n" + hidden, {}, 400},
      // Whom it is for.
      {get("http://b/1") + two, {"GET b/1", "GET a/2"}, rests},
      {get("http://b:81/1?x=http://c/") + two, {"GET b:81/1?x=http://c/", "GET a/2"}, rests},
      {get("https://b") + two, {"GET b/", "GET a/2"}, rests},
      {get("HTTP://b?q") + two, {"GET b/?q", "GET a/2"}, rests},
      {"GET http://b/1 HTTP/1.0\r\n\r\n" + two, {"GET b/1", "GET a/2"}, rests},
      {"GET http://b/1 HTTP/1.1\r\n\r\n" + hidden, {}, 400},
      {"GET http://b/1 HTTP/1.1\r\nHost: b\r\nHost: b\r\n\r\n" + hidden, {}, 400},
      {get("http://b@c/1") + hidden, {}, 400},
      {get("http://b/1", "Host: b\r\n") + hidden, {}, 400},
      {get("//b/1") + two, {"GET a//b/1", "GET a/2"}, rests},
      {get("/1", "X-Forwarded-Host: b\r\n") + two, {"GET a/1", "GET a/2"}, rests},
      {host("a\r\n b") + hidden, {}, 400},
      {host("a\r\n\tb") + hidden, {}, 400},
  };
}

std::vector<StreamCase> length_streams() {
  const std::string two = get("/2");
  const std::string inner = "Content-Length: 5\r\nContent-Length: ";
  const std::string size = std::to_string(hidden.size());
  return {
      {sized("hello") + two, {"POST a/p hello", "GET a/2"}, rests},
      {sized("") + two, {"POST a/p", "GET a/2"}, rests},
      {sized("a") + sized("b") + two, {"POST a/p a", "POST a/p b", "GET a/2"}, rests},
      {sized("hello") + "\r\n" + two, {"POST a/p hello", "GET a/2"}, rests},
      {sized("\r\n\r\n") + two, {"POST a/p \r\n\r\n", "GET a/2"}, rests},
      {sized(hidden) + two, {"POST a/p " + hidden, "GET a/2"}, rests},
      {get("/1", "Content-Length: 5\r\n") + "hello" + two, {"GET a/1 hello", "GET a/2"}, rests},
      {get("/1", "Content-Length: " + size + "\r\n") + hidden, {"GET a/1 " + hidden}, rests},
      {line("DELETE /1 HTTP/1.1\r\nContent-Length: 2") + "{}", {"DELETE a/1 {}"}, rests},
      {"POST /1 HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}" + two, {"POST /1 {}", "GET a/2"}, rests},
      {length("005", "hello") + two, {"POST a/p hello", "GET a/2"}, rests},
      {length("5", "hell"), {}, in_body},
      {length("5", ""), {}, in_body},
      {length("4", "hello /2 HTTP/1.1\r\n\r\n"), {"POST a/p hell"}, 400},
      {length("4", "hello"), {"POST a/p hell"}, in_head},
      {post("", "x=1\r\n") + hidden, {"POST a/p"}, 400},
      {post("", "{}\r\n\r\n") + hidden, {"POST a/p"}, 400},
      {length("1000", std::string(1000, 'x')), {"POST a/p " + std::string(1000, 'x')}, rests},
      {length("1001", std::string(1001, 'x')), {}, 413},
      {length("1001", ""), {}, 413},
      {length("18446744073709551615", hidden), {}, 413},
      {length("18446744073709551616", hidden), {}, 400},
      {length("18446744073709551621", "hello" + hidden), {}, 400},
      {length("4294967301", "hello" + hidden), {}, 413},
      {length("-1", hidden), {}, 400},
      {length("+5", "hello" + hidden), {}, 400},
      {length("0x5", "hello" + hidden), {}, 400},
      {length("5,5", "hello" + hidden), {}, 400},
      {length("5, 0", "hello" + hidden), {}, 400},
      {length("5 0", "hello" + hidden), {}, 400},
      {length("5\r\n 0", "hello" + hidden), {}, 400},
      {length("", hidden), {}, 400},
      {length("\v5", "hello" + hidden), {}, 400},
      {length("5;q=1", "hello" + hidden), {}, 400},
      {post(inner + "5\r\n", "hello") + hidden, {}, 400},
      {post(inner + "0\r\n", hidden), {}, 400},
      {post(inner + size + "\r\n", hidden), {}, 400},
      {post("Content-Length: 0\r\nCONTENT-LENGTH: " + size + "\r\n", hidden), {}, 400},
      {post("Content-Length : " + size + "\r\n", hidden), {}, 400},
      {post("Content-Length\r\n: " + size + "\r\n", hidden), {}, 400},
      {post("Content-Length: 5\n", "hello" + hidden), {}, 400},
      {post("Content_Length: 5\r\n", "hello" + hidden), {"POST a/p", "OTHER a/hidden"}, rests},
      {post("X-Content-Length: 5\r\n", "\r\n") + two, {"POST a/p", "GET a/2"}, rests},
      {post("Connection: Content-Length\r\nContent-Length: 5\r\n", "hello") + two,
       {"POST a/p hello", "GET a/2"},
       rests},
      {length("5\r\nExpect: 100-continue", "hello") + two, {"POST a/p hello", "GET a/2"}, rests},
      {length("5\r\nExpect: maybe", "hello") + hidden, {}, 417},
  };
}

}  // namespace velum::framing_test
