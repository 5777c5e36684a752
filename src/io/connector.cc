#include "io/connector.h"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <utility>

#include "io/handoff.h"
#include "io/socket_stream.h"
#include "io/system_error.h"

namespace velum {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Addresses = std::vector<IpAddress>;

Error nowhere() {
  return {ErrorCode::not_found, "the name leads nowhere"};
}
Error late() {
  return {ErrorCode::timeout, "the peer is late"};
}

IpAddress address_of(const asio::ip::address& address) {
  if (address.is_v4()) return IpAddress::of_v4(address.to_v4().to_bytes());
  return IpAddress{address.to_v6().to_bytes()};
}

tcp::endpoint endpoint_of(const IpAddress& address, std::uint16_t port) {
  const asio::ip::address_v6 v6(address.bytes);
  if (!v6.is_v4_mapped()) return {v6, port};
  return {asio::ip::make_address_v4(asio::ip::v4_mapped, v6), port};
}

class SystemConnector final : public Connector {
 public:
  explicit SystemConnector(EventLoop& loop) : loop_(loop) {}

  // A look-up cannot be broken off: whoever waited for it is told that it is late, and it ends by
  // itself.
  Task<Result<Addresses>> resolve(std::string host, std::chrono::milliseconds limit) override {
    const auto start = [this, &host](Resolve<Result<Addresses>> resolve) {
      auto resolver = std::make_shared<tcp::resolver>(loop_.context());
      auto take = [resolver, resolve = std::move(resolve)](
                      const boost::system::error_code& error,
                      const tcp::resolver::results_type& results) {
        if (error || results.empty()) return resolve(nowhere());
        Addresses addresses;
        for (const auto& result : results) {
          addresses.push_back(address_of(result.endpoint().address()));
        }
        resolve(std::move(addresses));
      };
      resolver->async_resolve(host, "", std::move(take));
    };
    auto found = co_await suspend_for<Result<Addresses>>(limit, start);
    if (!found) co_return late();
    co_return *std::move(found);
  }

  Task<Result<std::unique_ptr<Stream>>> connect(IpAddress address, std::uint16_t port,
                                                std::chrono::milliseconds limit) override {
    auto socket = std::make_shared<SocketStream::Socket>(loop_.context());
    const tcp::endpoint endpoint = endpoint_of(address, port);
    boost::system::error_code failure;
    socket->open(asio::generic::stream_protocol(endpoint.protocol()), failure);
    if (failure) co_return system_error(failure.value(), "cannot make a socket", "");
    const auto start = [&socket, &endpoint](Resolve<boost::system::error_code> resolve) {
      socket->async_connect(asio::generic::stream_protocol::endpoint(endpoint),
                            [socket, resolve = std::move(resolve)](
                                const boost::system::error_code& error) { resolve(error); });
    };
    const auto connected = co_await suspend_for<boost::system::error_code>(limit, start);
    if (!connected) {
      boost::system::error_code ignored;
      socket->close(ignored);
      co_return late();
    }
    if (*connected) co_return system_error(connected->value(), "nobody answers there", "");
    co_return std::make_unique<SocketStream>(std::move(*socket), PeerTrust::anyone);
  }

 private:
  EventLoop& loop_;
};

}  // namespace

std::unique_ptr<Connector> make_connector(EventLoop& loop) {
  return std::make_unique<SystemConnector>(loop);
}

}  // namespace velum
