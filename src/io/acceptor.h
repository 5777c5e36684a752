#pragma once
// Acceptor: brings connected streams to one event loop.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/event_loop.h"
#include "io/stream.h"

namespace velum {

class Acceptor {
 public:
  // Fails with cancelled after close(); any other failure is about one connection.
  virtual Task<Result<std::unique_ptr<Stream>>> accept() = 0;
  virtual void close() = 0;                // On the loop.
  virtual std::uint16_t port() const = 0;  // The one bound, when 0 was asked for. 0 for unix.

  virtual ~Acceptor() = default;
};

struct Endpoint {
  std::string host;  // An IP address.
  std::uint16_t port = 0;

  // "127.0.0.1:8080", "[::1]:8080", "localhost:8080" (127.0.0.1). Fails with invalid_argument.
  static Result<Endpoint> parse(std::string_view text);
  bool is_loopback() const;
};

// SO_REUSEPORT, so that every loop may listen on the same endpoint. TCP_NODELAY on what it brings.
Result<std::unique_ptr<Acceptor>> listen_tcp(EventLoop& loop, const Endpoint& endpoint);
// Creates the socket with mode 0600, replacing a stale one. Its streams are local admin.
Result<std::unique_ptr<Acceptor>> listen_unix(EventLoop& loop, const std::string& path);

}  // namespace velum
