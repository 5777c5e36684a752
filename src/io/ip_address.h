#pragma once
// IpAddress and IpNetwork: where a peer is, and whether that is inside a network.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace velum {

// IPv4 ones as IPv6 has them mapped (::ffff:10.0.0.1), so that a peer is the same one on both kinds
// of socket.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  static IpAddress of_v4(const std::array<std::uint8_t, 4>& address);
  static std::optional<IpAddress> parse(std::string_view text);  // Without a zone or brackets.
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

class IpNetwork {
 public:
  // "10.0.0.0/8", "2001:db8::/32", or one address. nullopt also where a bit behind the prefix is
  // set: whoever wrote it meant another network.
  static std::optional<IpNetwork> parse(std::string_view text);

  bool contains(const IpAddress& address) const;

 private:
  IpAddress first_;
  unsigned prefix_bits_ = 128;
};

}  // namespace velum
