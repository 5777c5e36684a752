#include "io/public_address.h"

#include <algorithm>

namespace velum {
namespace {

// What of IPv4 is not global unicast.
constexpr std::string_view special_v4[] = {
    "0.0.0.0/8",        // This network.
    "10.0.0.0/8",       // Private.
    "100.64.0.0/10",    // Shared behind a carrier's NAT.
    "127.0.0.0/8",      // Loopback.
    "169.254.0.0/16",   // Link-local, with the clouds' metadata.
    "172.16.0.0/12",    // Private.
    "192.0.0.0/24",     // Protocol assignments.
    "192.0.2.0/24",     // Documentation.
    "192.88.99.0/24",   // Relays of 6to4.
    "192.168.0.0/16",   // Private.
    "198.18.0.0/15",    // Benchmarks.
    "198.51.100.0/24",  // Documentation.
    "203.0.113.0/24",   // Documentation.
    "224.0.0.0/4",      // Multicast.
    "240.0.0.0/4",      // Reserved, and broadcast.
};

// All that is global unicast is in here today; what is private, local or multicast is not.
constexpr std::string_view global_v6 = "2000::/3";
constexpr std::string_view special_v6[] = {
    "2001::/23",      // Protocol assignments, with Teredo.
    "2001:db8::/32",  // Documentation.
    "2002::/16",      // 6to4.
    "3fff::/20",      // Documentation.
};

constexpr std::string_view mapped_v4 = "::ffff:0:0/96";
constexpr std::string_view nat64 = "64:ff9b::/96";

bool is_in(std::string_view network, const IpAddress& address) {
  const auto parsed = IpNetwork::parse(network);
  return parsed && parsed->contains(address);
}

template <std::size_t Count>
bool is_in_any(const std::string_view (&networks)[Count], const IpAddress& address) {
  return std::any_of(std::begin(networks), std::end(networks),
                     [&address](std::string_view network) { return is_in(network, address); });
}

IpAddress behind_nat64(const IpAddress& address) {
  std::array<std::uint8_t, 4> v4{};
  std::copy(address.bytes.end() - v4.size(), address.bytes.end(), v4.begin());
  return IpAddress::of_v4(v4);
}

}  // namespace

bool is_public(const IpAddress& address) {
  if (is_in(nat64, address)) return is_public(behind_nat64(address));
  if (is_in(mapped_v4, address)) return !is_in_any(special_v4, address);
  return is_in(global_v6, address) && !is_in_any(special_v6, address);
}

}  // namespace velum
