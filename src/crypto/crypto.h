#pragma once
// The cryptographic primitives, and the only door to OpenSSL. Any thread. None of them can fail
// but open(): a primitive that OpenSSL refuses is a bug or a broken machine, and ends the process.

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "base/sensitive.h"

namespace velum {

using Sha256Digest = std::array<std::uint8_t, 32>;
using Nonce = std::array<std::uint8_t, 12>;
constexpr std::size_t gcm_tag_bytes = 16;

// The parts are hashed as one, without lengths: separate them yourself where it matters.
Sha256Digest sha256(std::initializer_list<ByteView> parts);
inline Sha256Digest sha256(ByteView bytes) {
  return sha256({bytes});
}

Sha256Digest hmac_sha256(ByteView key, std::initializer_list<ByteView> parts);

// RFC 5869. out.size() at most 255 * 32.
void hkdf_sha256(ByteView key, ByteView salt, ByteView info, std::span<std::uint8_t> out);

// AES-256-GCM. `out` has plaintext.size() + gcm_tag_bytes: ciphertext, then tag.
void aes256gcm_seal(const Key256& key, const Nonce& nonce, ByteView associated, ByteView plaintext,
                    std::span<std::uint8_t> out);
// Fails with corrupt, and leaves `out` wiped, if anything was changed. out.size() is
// sealed.size() - gcm_tag_bytes; a shorter `sealed` is corrupt too.
Result<void> aes256gcm_open(const Key256& key, const Nonce& nonce, ByteView associated,
                            ByteView sealed, std::span<std::uint8_t> out);

// Takes the same time wherever they differ. Different sizes are unequal at once.
bool equal_in_constant_time(ByteView left, ByteView right);

}  // namespace velum
