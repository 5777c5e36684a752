#pragma once
// Ed25519 (RFC 8032), for audit checkpoints and the erasure ledger.

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/sensitive.h"

namespace velum {

using Ed25519PublicKey = std::array<std::uint8_t, 32>;
using Ed25519Signature = std::array<std::uint8_t, 64>;

// The secret is the 32-byte seed.
Ed25519PublicKey ed25519_public_key(const Key256& seed);
Ed25519Signature ed25519_sign(const Key256& seed, ByteView message);
bool ed25519_verify(const Ed25519PublicKey& key, ByteView message, ByteView signature);

}  // namespace velum
