#pragma once
// The framing guard: reads a request's head, and refuses whatever two HTTP parsers could read
// differently, since that is how one person's request is smuggled into another's.
//
// Refused with 400 unless said otherwise: a name that is no token (so folded lines and blanks
// before the colon too), control characters, no Host or two on 1.1, a Transfer-Encoding that is
// not exactly "chunked", any Content-Length beside it, chunked on HTTP/1.0, a Content-Length that
// is repeated, a list, signed or beyond 64 bits, an authority as target, a version that is not 1.0
// or 1.1 (505), an Expect other than 100-continue (417).

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/message.h"
#include "http/refusal.h"

namespace velum {

enum class BodyFraming : std::uint8_t { none, length, chunked };
enum class HttpVersion : std::uint8_t { http_1_0, http_1_1 };

struct RequestFraming {
  HttpVersion version = HttpVersion::http_1_1;
  BodyFraming body = BodyFraming::none;
  std::uint64_t content_length_bytes = 0;
  bool keep_alive = true;
  bool expects_continue = false;
};

// `head` is what a HeadScanner found: lines that end in CRLF, the last one blank. What it fills in
// are views of `head`; after a refusal they are unspecified.
[[nodiscard]] std::optional<Refusal> read_request_head(std::string_view head, HttpRequest& request,
                                                       RequestFraming& framing);

}  // namespace velum
