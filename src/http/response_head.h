#pragma once
// The head of a response, as bytes.

#include <cstddef>
#include <cstdint>

#include "base/sensitive.h"
#include "http/message.h"

namespace velum {

// What the Connection header says: 1.0 clients must be told that we stay, 1.1 ones that we go.
enum class ConnectionHeader : std::uint8_t { none, close, keep_alive };

// Content-Length is the body's, also for HEAD, whose body is not sent. 204 and 304 have neither.
void append_response_head(WipedText& out, const HttpResponse& response,
                          ConnectionHeader connection);

bool status_has_body(int status);

}  // namespace velum
