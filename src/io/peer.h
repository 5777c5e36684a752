#pragma once
// Peer: who holds the other end of a connection, as far as the connection itself shows it.

#include <array>
#include <cstdint>
#include <optional>

#include "io/ip_address.h"

namespace velum {

using CertificateHash = std::array<std::uint8_t, 32>;  // SHA-256 of its DER.

struct Peer {
  std::optional<IpAddress> address;            // nullopt where there is none.
  std::optional<CertificateHash> certificate;  // Whose private key it has proved to hold.
};

}  // namespace velum
