#pragma once
// HttpsPoster: sends one message to a server that somebody else named, and says how it answered.
//
// The name is looked up once, and the connection goes to an address that was looked at: a private
// one is refused, unless its network is allowed, and so is a name of which any address is. The
// answer's status is all that is read of it, so nobody is sent elsewhere. Each step has a deadline.
//
// One loop's.

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/https_url.h"
#include "http/tls_client.h"
#include "io/connector.h"
#include "io/event_loop.h"
#include "io/ip_address.h"

namespace velum {

struct HttpsPost {
  HttpsUrl url;
  std::vector<std::pair<std::string_view, std::string>> headers;  // Beside the usual ones.
  std::string body;                                               // JSON.
};

struct PostLimits {
  std::vector<IpNetwork> allowed_networks{};  // Although they are not public.
  std::chrono::milliseconds lookup{5'000};
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds answer{10'000};  // With TLS's handshake.
};

class HttpsPoster {
 public:
  // `loop` and `connector` outlive it.
  HttpsPoster(EventLoop& loop, Connector& connector, TlsClient tls, PostLimits limits)
      : loop_(loop), connector_(connector), tls_(std::move(tls)), limits_(std::move(limits)) {}

  // The answer's status: 200 to 599. Fails with permission_denied where an address is not public,
  // unauthenticated where the server is not who it should be, timeout, and otherwise as it comes.
  Task<Result<int>> post(HttpsPost message);

 private:
  Result<void> check(const std::vector<IpAddress>& addresses) const;
  Task<Result<std::unique_ptr<Stream>>> connect(std::vector<IpAddress> addresses,
                                                std::uint16_t port);
  Task<Result<int>> exchange(TlsStream& stream, const HttpsPost& message);

  EventLoop& loop_;
  Connector& connector_;
  TlsClient tls_;
  PostLimits limits_;
};

}  // namespace velum
