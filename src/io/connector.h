#pragma once
// Connector: where a name leads, and a connection to one address. They are two calls, so that who
// connects to where somebody else says can look at the address in between, and connects to the very
// one that was looked at.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/event_loop.h"
#include "io/ip_address.h"
#include "io/stream.h"

namespace velum {

class Connector {
 public:
  // Fails with not_found where the name leads nowhere, and with timeout.
  virtual Task<Result<std::vector<IpAddress>>> resolve(std::string host,
                                                       std::chrono::milliseconds limit) = 0;
  // Fails with io, and with timeout.
  virtual Task<Result<std::unique_ptr<Stream>>> connect(IpAddress address, std::uint16_t port,
                                                        std::chrono::milliseconds limit) = 0;

  virtual ~Connector() = default;
};

// By the system's resolver, which runs on a thread of the loop's own, and over TCP. The loop
// outlives it.
std::unique_ptr<Connector> make_connector(EventLoop& loop);

}  // namespace velum
