#pragma once
// What handlers see of HTTP. Sockets, framing and limits are in server.h.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/sensitive.h"
#include "io/task.h"

namespace velum {

enum class HttpMethod : std::uint8_t { get, head, post, put, patch, del, options, other };

struct HttpHeader {
  std::string_view name;  // As sent.
  std::string_view value;
};

// Views into the connection's buffer, which is wiped after the response was written.
struct HttpRequest {
  HttpMethod method = HttpMethod::other;
  std::string_view path;   // As sent, still percent-encoded, always starts with '/'.
  std::string_view query;  // Without '?'.
  std::string_view host;   // From an absolute-form target, else from Host. May have a port.
  std::vector<HttpHeader> headers;
  std::string_view body;
  bool from_admin_socket = false;

  // The first header of that name, ignoring case; empty if there is none.
  std::string_view header(std::string_view name) const;
};

struct HttpResponse {
  int status = 500;
  WipedText body;
  std::string_view content_type = "application/json";             // A literal's text.
  std::vector<std::pair<std::string_view, std::string>> headers;  // Names are literals' texts.
  bool close = false;  // End the connection after this answer.
};

// One per event loop, called on its thread, for many connections at once.
class HttpHandler {
 public:
  // The request's views are valid until the response was written.
  virtual Task<HttpResponse> handle(const HttpRequest& request) = 0;
  // The answer to what could not be parsed, or is over a limit. `status` is a 4xx or 5xx.
  virtual HttpResponse refuse(int status, const Error& error) = 0;

  virtual ~HttpHandler() = default;
};

}  // namespace velum
