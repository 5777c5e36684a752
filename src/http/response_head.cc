#include "http/response_head.h"

#include <array>
#include <charconv>

#include "http/ascii.h"

namespace velum {
namespace {

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "";  // The phrase is optional; the space before it is not.
  }
}

void append_number(WipedText& out, std::size_t number) {
  std::array<char, 20> digits{};
  const auto [end, problem] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  VELUM_CHECK(problem == std::errc());
  append(out, {digits.data(), static_cast<std::size_t>(end - digits.data())});
}

}  // namespace

bool status_has_body(int status) {
  return status != 204 && status != 304;
}

void append_response_head(WipedText& out, const HttpResponse& response, ConnectionHeader connection,
                          BodyEnd body_end) {
  VELUM_CHECK(response.status >= 200 && response.status <= 599);
  append(out, "HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(response.status));
  append(out, " ");
  append(out, reason_phrase(response.status));
  if (status_has_body(response.status)) {
    if (!response.content_type.empty()) {
      append(out, "\r\nContent-Type: ");
      append(out, response.content_type);
    }
    if (body_end == BodyEnd::length) {
      append(out, "\r\nContent-Length: ");
      append_number(out, response.sent_body().size());
    } else if (body_end == BodyEnd::chunks) {
      append(out, "\r\nTransfer-Encoding: chunked");
    }
  }
  append(out, "\r\nCache-Control: ");
  append(out, response.cache_control);
  append(out, "\r\nX-Content-Type-Options: nosniff\r\n");
  for (const auto& [name, value] : response.headers) {
    // A line end in a value would let whoever chose it write the rest of the answer.
    VELUM_CHECK(is_token(name) && is_field_value(value));
    append(out, name);
    append(out, ": ");
    append(out, value);
    append(out, "\r\n");
  }
  if (connection == ConnectionHeader::close) append(out, "Connection: close\r\n");
  if (connection == ConnectionHeader::keep_alive) append(out, "Connection: keep-alive\r\n");
  append(out, "\r\n");
}

}  // namespace velum
