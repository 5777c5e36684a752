#pragma once
// Reads the target of a request line: "/path?query", "http://host/path?query", and "*" for OPTIONS.

#include <optional>
#include <string_view>

#include "http/message.h"
#include "http/refusal.h"

namespace velum {

// Sets path and query, and host for the absolute form; uses request.method. "*" becomes "/".
std::optional<Refusal> read_request_target(std::string_view target, HttpRequest& request);

// "name", "name:80", "192.0.2.1:80", "[::1]:80". No user, no list, nothing that ends a name early.
bool is_authority(std::string_view text);

}  // namespace velum
