#include <boost/asio/ip/address.hpp>
#include <charconv>

#include "io/acceptor.h"

namespace velum {
namespace {

namespace ip = boost::asio::ip;

Error refused(std::string_view text) {
  return {ErrorCode::invalid_argument, "an endpoint is <IP address>:<port>", std::string(text)};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || rest != end) return std::nullopt;
  return port;
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return refused(text);
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return refused(text);
  std::string_view host = text.substr(0, colon);
  if (host == "localhost") return Endpoint{"127.0.0.1", *port};
  const bool is_bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const ip::address address = ip::make_address(host, error);
  // Without brackets the last group of an IPv6 address would pass for a port.
  if (error || address.is_v6() != is_bracketed) return refused(text);
  return Endpoint{address.to_string(), *port};
}

bool Endpoint::is_loopback() const {
  boost::system::error_code error;
  const ip::address address = ip::make_address(host, error);
  if (error) return false;
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, address.to_v6()).is_loopback();
  }
  return address.is_loopback();
}

}  // namespace velum
