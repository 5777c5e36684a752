#pragma once
// How wrapping keys come from the keys above them: HKDF with a label of their own, so that no key
// is ever used for two things. docs/data-format.md lists the labels.

#include <cstring>
#include <string_view>

#include "base/sensitive.h"
#include "crypto/crypto.h"

namespace velum {

inline Key256 derive_key(ByteView key, std::string_view label) {
  Key256 derived;
  hkdf_sha256(key, ByteView(), as_bytes(label), derived.mutable_bytes());
  return derived;
}

// Record keys are wrapped under both: whoever lacks the store's key, or an epoch that was
// destroyed, opens nothing.
inline Key256 derive_epoch_wrap_key(const Key256& store_key, const Key256& epoch_key) {
  SecretBytes<64> both;
  std::memcpy(both.mutable_bytes().data(), store_key.bytes().data(), 32);
  std::memcpy(both.mutable_bytes().data() + 32, epoch_key.bytes().data(), 32);
  return derive_key(both.bytes(), "velum record wrap v1");
}

}  // namespace velum
