// Streams with Transfer-Encoding: the header, the chunks, and what never was HTTP. They are run by
// framing_stream_test.cc.

#include <string>

#include "http/test_framing_streams.h"

namespace velum::framing_test {
namespace {

const std::string last = "0\r\n\r\n";
const std::string hello = "5\r\nhello\r\n0\r\n\r\n";
const std::string two = get("/2");

std::string encoding(std::string_view value) {
  return post(std::string("Transfer-Encoding: ").append(value).append("\r\n"), hello + hidden);
}

}  // namespace

std::vector<StreamCase> encoding_streams() {
  using namespace std::string_literals;
  const std::string size = std::to_string(last.size() + hidden.size());
  const std::string chunked_header = "Transfer-Encoding: chunked\r\n";
  return {
      {chunked(hello) + two, {"POST a/p hello", "GET a/2"}, rests},
      {post("transfer-ENCODING:chunked\r\n", hello) + two, {"POST a/p hello", "GET a/2"}, rests},
      {get("/1", chunked_header) + hello + two, {"GET a/1 hello", "GET a/2"}, rests},
      {chunked(hello) + chunked(last) + two, {"POST a/p hello", "POST a/p", "GET a/2"}, rests},
      {chunked(hello) + "\r\n" + two, {"POST a/p hello", "GET a/2"}, rests},
      {chunked(hello) + "\r\n\r\n" + hidden, {"POST a/p hello"}, 400},
      // Length and encoding, in both orders.
      {post(chunked_header + "Content-Length: " + size + "\r\n", last + hidden), {}, 400},
      {post("Content-Length: " + size + "\r\n" + chunked_header, last + hidden), {}, 400},
      {post("Content-Length: 5\r\n" + chunked_header, last + hidden), {}, 400},
      {post("Content-Length: 0\r\n" + chunked_header, last + hidden), {}, 400},
      {post("Content-Length: 5\r\nTransfer-Encoding: identity\r\n", "hello" + hidden), {}, 400},
      {post("Content-Length: 5\r\nTransfer-Encoding:\r\n", "hello" + hidden), {}, 400},
      // Encodings that one parser may know and another not.
      {post(chunked_header + chunked_header, hello + hidden), {}, 400},
      {post(chunked_header + "Transfer-Encoding: x\r\n", hello + hidden), {}, 400},
      {post("Transfer-Encoding: x\r\n" + chunked_header, hello + hidden), {}, 400},
      {encoding("Chunked"), {}, 400},
      {encoding("chunked, chunked"), {}, 400},
      {encoding("chunked, identity"), {}, 400},
      {encoding("identity, chunked"), {}, 400},
      {encoding("gzip, chunked"), {}, 400},
      {encoding("chunked;a=b"), {}, 400},
      {encoding("chunked,"), {}, 400},
      {encoding("x chunked"), {}, 400},
      {encoding("xchunked"), {}, 400},
      {encoding("chunkedx"), {}, 400},
      {encoding("\vchunked"), {}, 400},
      {encoding("\x0c"
                "chunked"),
       {},
       400},
      {encoding("chunked\0"s), {}, 400},
      {encoding("\xC2\xA0"
                "chunked"),
       {},
       400},
      {encoding("\"chunked\""), {}, 400},
      {encoding("\r\n chunked"), {}, 400},
      {encoding("chunked\r\n , identity"), {}, 400},
      {post("Transfer-Encoding : chunked\r\n", hello + hidden), {}, 400},
      {post("Transfer-Encoding\t: chunked\r\n", hello + hidden), {}, 400},
      {post(" Transfer-Encoding: chunked\r\n", hello + hidden), {}, 400},
      {post("Transfer-Encoding: chunked\n", hello + hidden), {}, 400},
      {post("A: b\nTransfer-Encoding: chunked\r\n", hello + hidden), {}, 400},
      {post("A: b\rTransfer-Encoding: chunked\r\n", hello + hidden), {}, 400},
      // Another header's name: no body, and what follows is no request.
      {post("Transfer_Encoding: chunked\r\n", hello + hidden), {"POST a/p"}, 400},
      {post("TE: chunked\r\n", hello + hidden), {"POST a/p"}, 400},
      {"POST /p HTTP/1.0\r\n" + chunked_header + "\r\n" + hello + hidden, {}, 400},
  };
}

std::vector<StreamCase> chunk_streams() {
  using namespace std::string_literals;
  const std::string in_hex = "21";  // Of `hidden`.
  return {
      {chunked("2\r\nhe\r\n3\r\nllo\r\n" + last), {"POST a/p hello"}, rests},
      {chunked("05\r\nhello\r\n" + last), {"POST a/p hello"}, rests},
      {chunked("5\r\nhello\r\n000\r\n\r\n"), {"POST a/p hello"}, rests},
      {chunked("A\r\n0123456789\r\n" + last), {"POST a/p 0123456789"}, rests},
      {chunked("7\r\nhe\r\nllo\r\n" + last), {"POST a/p he\r\nllo"}, rests},
      {chunked(in_hex + "\r\n" + hidden + "\r\n" + last), {"POST a/p " + hidden}, rests},
      {chunked("3e8\r\n" + std::string(1000, 'x') + "\r\n" + last),
       {"POST a/p " + std::string(1000, 'x')},
       rests},
      {chunked(""), {}, in_body},
      {chunked("5"), {}, in_body},
      {chunked("5\r\nhel"), {}, in_body},
      {chunked("5\r\nhello\r\n0\r\n"), {}, in_body},
      {chunked("5\r\nhello\r\n0\r\n\r"), {}, in_body},
      // Extensions: short ones pass and mean nothing.
      {chunked("5;a\r\nhello\r\n" + last), {"POST a/p hello"}, rests},
      {chunked("5;a=b\r\nhello\r\n" + last), {"POST a/p hello"}, rests},
      {chunked("5;a=b;c\r\nhello\r\n" + last), {"POST a/p hello"}, rests},
      {chunked("5\r\nhello\r\n0;a=b\r\n\r\n") + two, {"POST a/p hello", "GET a/2"}, rests},
      {chunked("5;a=\"b\"\r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("5;a=\"\r\nhello\r\n" + last) + hidden + std::string(200, 'x'), {}, 400},
      {chunked("5;a=\"\r\n0\r\n\r\n\"\r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("5;a\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("5;\n\r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("5;a\rb\r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("5;a\0b\r\nhello\r\n"s + last) + hidden, {}, 400},
      {chunked("5;\r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("0;" + std::string(200, 'a') + "\r\n\r\n") + hidden, {}, 400},
      {chunked("5;" + std::string(126, 'a') + "\r\nhello\r\n" + last), {"POST a/p hello"}, rests},
      {chunked("5;" + std::string(127, 'a') + "\r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("5\r\nhello\r\n0;" + std::string(124, 'a') + "\r\n\r\n"), {"POST a/p hello"}, rests},
      {chunked("5\r\nhello\r\n0;" + std::string(125, 'a') + "\r\n\r\n") + hidden, {}, 400},
      // Sizes.
      {chunked("\r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("x\r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("0x5\r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("5h\r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("5_0\r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("5,5\r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("-5\r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("-0\r\n\r\n") + hidden, {}, 400},
      {chunked("+0\r\n\r\n") + hidden, {}, 400},
      {chunked(" 0\r\n\r\n") + hidden, {}, 400},
      {chunked("\t0\r\n\r\n") + hidden, {}, 400},
      {chunked("5 \r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("5.0\r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("10000000000000005\r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("ffffffffffffffff\r\nhello\r\n" + last) + hidden, {}, 413},
      {chunked("100000005\r\nhello\r\n" + last) + hidden, {}, 413},
      {chunked("3e9\r\n") + hidden, {}, 413},
      {chunked("1f4\r\n" + std::string(500, 'x') + "\r\n1f5\r\n") + hidden, {}, 413},
      {chunked(std::string(300, '0') + "5\r\nhello\r\n" + last) + hidden, {}, 400},
      // Line ends.
      {chunked("5\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("5\rhello\r\n" + last) + hidden, {}, 400},
      {chunked("5\r\r\nhello\r\n" + last) + hidden, {}, 400},
      {chunked("5\r\nhello\n" + last) + hidden, {}, 400},
      {chunked("5\r\nhello\r" + last) + hidden, {}, 400},
      {chunked("5\r\nhello" + last) + hidden, {}, 400},
      {chunked("5\r\nhello!\r\n" + last) + hidden, {}, 400},
      {chunked("5\r\nhello\r\n\r\n" + last) + hidden, {}, 400},
      {chunked("0\n\n") + hidden, {}, 400},
      {chunked("0\r\n\n") + hidden, {}, 400},
      {chunked("0\n\r\n") + hidden, {}, 400},
      {chunked("0\r\r") + hidden, {}, 400},
      {chunked("0\r\n" + hidden), {}, 400},
      // Trailers: nobody needs them, and they are headers that nobody has checked.
      {chunked("0\r\nA: b\r\n\r\n") + hidden, {}, 400},
      {chunked("0\r\nHost: b\r\n\r\n") + hidden, {}, 400},
      {chunked("0\r\nContent-Length: 5\r\n\r\nhello") + hidden, {}, 400},
      {chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n") + hidden, {}, 400},
      {chunked("0\r\n A: b\r\n\r\n") + hidden, {}, 400},
  };
}

std::vector<StreamCase> first_byte_streams() {
  using namespace std::string_literals;
  return {
      {"G", {}, in_head},
      {"\x16\x03\x01\x02"s + hidden, {}, 400},
      {"\x80\x2e\x01"s + hidden, {}, 400},
      {"\0\0\0\0"s + hidden, {}, 400},
      {"\xEF\xBB\xBF" + hidden, {}, 400},
      {"(" + hidden, {}, 400},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + hidden, {}, 505},
      {"SSH-2.0-x\r\n" + hidden, {}, 400},
      {"EHLO a\r\n" + hidden, {}, 400},
      {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" + hidden, {}, 400},
      {"PROXY TCP4 192.0.2.1 192.0.2.2 1 80\r\n" + hidden, {}, 400},
      {"GET /1\r\n" + hidden, {}, 400},
      {std::string(9000, 'G'), {}, 414},
      {std::string(9000, '\n'), {}, 400},
  };
}

}  // namespace velum::framing_test
