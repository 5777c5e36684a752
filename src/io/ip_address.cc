#include "io/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace velum {
namespace {

constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned bits_max = 128;
constexpr unsigned bits_of_mapped = 96;

bool is_bit_set(const IpAddress& address, unsigned bit) {
  return (address.bytes.at(bit / 8) >> (7 - bit % 8) & 1U) != 0;
}

}  // namespace

IpAddress IpAddress::of_v4(const std::array<std::uint8_t, 4>& address) {
  IpAddress as_v6;
  std::copy(mapped.begin(), mapped.end(), as_v6.bytes.begin());
  std::copy(address.begin(), address.end(), as_v6.bytes.begin() + mapped.size());
  return as_v6;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string ended(text);
  if (ended.find('\0') != std::string::npos) return std::nullopt;
  IpAddress address;
  if (inet_pton(AF_INET6, ended.c_str(), address.bytes.data()) == 1) return address;
  std::array<std::uint8_t, 4> v4{};
  if (inet_pton(AF_INET, ended.c_str(), v4.data()) != 1) return std::nullopt;
  return of_v4(v4);
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto first = IpAddress::parse(text.substr(0, slash));
  if (!first) return std::nullopt;
  IpNetwork network;
  network.first_ = *first;
  if (slash == std::string_view::npos) return network;
  const bool is_v4 = text.find(':') == std::string_view::npos;
  const std::string_view digits = text.substr(slash + 1);
  const char* const end = digits.data() + digits.size();
  unsigned bits = 0;
  const auto [stop, failure] = std::from_chars(digits.data(), end, bits);
  if (failure != std::errc() || stop != end || bits > (is_v4 ? 32U : bits_max)) return std::nullopt;
  network.prefix_bits_ = bits + (is_v4 ? bits_of_mapped : 0);
  for (unsigned bit = network.prefix_bits_; bit < bits_max; ++bit) {
    if (is_bit_set(*first, bit)) return std::nullopt;
  }
  return network;
}

bool IpNetwork::contains(const IpAddress& address) const {
  const std::size_t whole = prefix_bits_ / 8;
  if (!std::equal(first_.bytes.begin(), first_.bytes.begin() + whole, address.bytes.begin())) {
    return false;
  }
  const unsigned rest = prefix_bits_ % 8;
  if (rest == 0) return true;
  return (first_.bytes.at(whole) ^ address.bytes.at(whole)) >> (8 - rest) == 0;
}

}  // namespace velum
