#include "crypto/signature.h"

#include <openssl/evp.h>

#include "base/result.h"
#include "crypto/openssl_handle.h"

namespace velum {
namespace {

using PKey = OpenSslHandle<EVP_PKEY>;
using Context = OpenSslHandle<EVP_MD_CTX>;

PKey private_key(const Key256& seed) {
  PKey key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.bytes().data(),
                                        Key256::size_bytes));
  VELUM_CHECK(key != nullptr);
  return key;
}

}  // namespace

Ed25519PublicKey ed25519_public_key(const Key256& seed) {
  const PKey key = private_key(seed);
  Ed25519PublicKey out{};
  std::size_t size = out.size();
  VELUM_CHECK(EVP_PKEY_get_raw_public_key(key.get(), out.data(), &size) == 1);
  return out;
}

Ed25519Signature ed25519_sign(const Key256& seed, ByteView message) {
  const PKey key = private_key(seed);
  const Context context(EVP_MD_CTX_new());
  VELUM_CHECK(context &&
              EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  Ed25519Signature out{};
  std::size_t size = out.size();
  VELUM_CHECK(EVP_DigestSign(context.get(), out.data(), &size, message.data(), message.size()) ==
                  1 &&
              size == out.size());
  return out;
}

bool ed25519_verify(const Ed25519PublicKey& key, ByteView message, ByteView signature) {
  const PKey public_key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const Context context(EVP_MD_CTX_new());
  // A key that is no point of the curve may be refused here already: then nothing verifies.
  return public_key && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

}  // namespace velum
