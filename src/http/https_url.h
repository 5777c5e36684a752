#pragma once
// HttpsUrl: where a webhook is sent. Read strictly: what two readers could take for two hosts is
// refused.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace velum {

struct HttpsUrl {
  std::string host;  // A name or an IP address, which has no brackets here.
  std::uint16_t port = 443;
  std::string target;  // Path and query: "/" at least.

  // "https://" host [":" port] [path] ["?" query]: at most 2048 printable ASCII letters, without
  // user, fragment or backslash. Fails with invalid_argument.
  static Result<HttpsUrl> parse(std::string_view text);
  // For the Host header: with brackets and port where they are due.
  std::string authority() const;
};

}  // namespace velum
