#pragma once
// What handlers see of HTTP. Sockets, framing and limits are in server.h.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/sensitive.h"
#include "io/peer.h"
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
  Peer peer;

  // The first header of that name, ignoring case; empty if there is none.
  std::string_view header(std::string_view name) const;
};

struct HttpResponse {
  int status = 500;
  WipedText body;
  std::string_view fixed_body;  // Of the program: sent, and not copied, where `body` is empty.
  std::string_view content_type = "application/json";             // A literal's text.
  std::string_view cache_control = "no-store";                    // A literal's text.
  std::vector<std::pair<std::string_view, std::string>> headers;  // Names are literals' texts.
  bool close = false;  // End the connection after this answer.

  std::string_view sent_body() const { return body.empty() ? fixed_body : view(body); }
};

// A request whose body is read while it arrives, and whose answer may be written meanwhile: memory
// does not grow with either. Who sends must read the answer at the same time, or both sides wait
// until a deadline.
class HttpExchange {
 public:
  // The next bytes of the body, at least one, until the next call; empty after the last. Fails with
  // what is wrong with the body, or with the connection: nothing can be read after that.
  virtual Task<Result<std::string_view>> read() = 0;
  // Begins the answer with everything of `head` but its body, of which write() sends pieces. Once.
  virtual Task<Result<void>> begin(const HttpResponse& head) = 0;
  virtual Task<Result<void>> write(std::string_view bytes) = 0;

 protected:
  ~HttpExchange() = default;
};

// One per event loop, called on its thread, for many connections at once.
class HttpHandler {
 public:
  // The request's views are valid until the response was written.
  virtual Task<HttpResponse> handle(const HttpRequest& request) = 0;

  // Is it stream() that answers this request? Asked when its head is there; its body is empty.
  virtual bool is_streamed(const HttpRequest& request) const {
    static_cast<void>(request);
    return false;
  }
  // The answer, unless one was begun. The views are valid, and the exchange lives, until it
  // returns.
  virtual Task<HttpResponse> stream(const HttpRequest& request, HttpExchange& exchange) {
    static_cast<void>(exchange);
    return handle(request);
  }

  // The answer to what could not be parsed, or is over a limit. `status` is a 4xx or 5xx.
  virtual HttpResponse refuse(int status, const Error& error) = 0;

  virtual ~HttpHandler() = default;
};

}  // namespace velum
