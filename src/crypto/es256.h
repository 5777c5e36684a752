#pragma once
// ES256 (RFC 7518, section 3.4): ECDSA over P-256 with SHA-256, for user tokens.
//
// A signature is r | s, 64 bytes. ECDSA has a second signature for each, (r, n - s): only the one
// with the lower s is made, and only that one verifies, so that there are no two forms of a token.

#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/sensitive.h"

namespace velum {

using Es256Signature = std::array<std::uint8_t, 64>;

// Immutable; any thread.
class Es256Key {
 public:
  // Any 32 bytes are a key: docs/data-format.md has how its number is made of them.
  explicit Es256Key(const Key256& seed);
  Es256Key(Es256Key&&) noexcept;
  Es256Key& operator=(Es256Key&&) noexcept;
  ~Es256Key();

  Es256Signature sign(ByteView message) const;
  bool verify(ByteView message, ByteView signature) const;
  std::array<std::uint8_t, 65> public_point() const;  // 04 | x | y

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace velum
