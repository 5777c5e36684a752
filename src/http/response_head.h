#pragma once
// The head of a response, as bytes.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/sensitive.h"
#include "http/message.h"

namespace velum {

// What the Connection header says: 1.0 clients must be told that we stay, 1.1 ones that we go.
enum class ConnectionHeader : std::uint8_t { none, close, keep_alive };

// How the peer finds the body's end: it is told its length, it comes in chunks, or the connection's
// end is its own (1.0, which knows no chunks).
enum class BodyEnd : std::uint8_t { length, chunks, connection };

// Content-Length is the body's, also for HEAD, whose body is not sent. 204 and 304 have neither.
void append_response_head(WipedText& out, const HttpResponse& response, ConnectionHeader connection,
                          BodyEnd body_end = BodyEnd::length);

// For who waits before sending a body.
inline constexpr std::array<std::string_view, 1> continue_answer{"HTTP/1.1 100 Continue\r\n\r\n"};

bool status_has_body(int status);

}  // namespace velum
