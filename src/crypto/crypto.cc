#include "crypto/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstring>

#include "crypto/openssl_handle.h"

namespace velum {
namespace {

constexpr std::size_t block_bytes = 64;  // SHA-256's.

// OpenSSL's objects, fetched once a thread: fetching at each call doubles the cost of a small seal.
// Thread-local because contexts are for one thread; they hold no key between calls.
struct Engines {
  Engines()
      : sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
        digest(EVP_MD_CTX_new()),
        aes256gcm(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)),
        cipher(EVP_CIPHER_CTX_new()) {
    VELUM_CHECK(sha256 && digest && aes256gcm && cipher);
  }

  OpenSslHandle<EVP_MD> sha256;
  OpenSslHandle<EVP_MD_CTX> digest;
  OpenSslHandle<EVP_CIPHER> aes256gcm;
  OpenSslHandle<EVP_CIPHER_CTX> cipher;
};

Engines& engines() {
  thread_local Engines engines;
  return engines;
}

using Parts = std::initializer_list<ByteView>;

void hash(ByteView first, Parts rest, Sha256Digest& out) {
  Engines& engine = engines();
  VELUM_CHECK(EVP_DigestInit_ex2(engine.digest.get(), engine.sha256.get(), nullptr) == 1);
  VELUM_CHECK(EVP_DigestUpdate(engine.digest.get(), first.data(), first.size()) == 1);
  for (const ByteView part : rest) {
    VELUM_CHECK(EVP_DigestUpdate(engine.digest.get(), part.data(), part.size()) == 1);
  }
  VELUM_CHECK(EVP_DigestFinal_ex(engine.digest.get(), out.data(), nullptr) == 1);
}

// RFC 2104 over the digest itself: for a key that is used once, OpenSSL's HMAC takes half as long
// again, and keeps the key. `out` may be one of the parts.
void mac(ByteView key, Parts parts, Sha256Digest& out) {
  SecretBytes<block_bytes> pad;
  const auto bytes = pad.mutable_bytes();
  if (key.size() > block_bytes) {
    Sha256Digest shortened;
    hash(key, {}, shortened);
    std::memcpy(bytes.data(), shortened.data(), shortened.size());
    wipe(shortened.data(), shortened.size());
  } else if (!key.empty()) {
    std::memcpy(bytes.data(), key.data(), key.size());
  }
  for (std::uint8_t& byte : bytes) byte ^= 0x36;
  hash(pad.bytes(), parts, out);
  for (std::uint8_t& byte : bytes) byte ^= 0x36 ^ 0x5c;
  hash(pad.bytes(), {out}, out);
}

// What a MAC leaves in the context may be a derived key.
void forget_mac() {
  VELUM_CHECK(EVP_MD_CTX_reset(engines().digest.get()) == 1);
}

// A context that keeps its key schedule is a context that keeps a key.
void forget_key(EVP_CIPHER_CTX* context) {
  VELUM_CHECK(EVP_CIPHER_CTX_reset(context) == 1);
}

int int_size(std::size_t size) {
  VELUM_CHECK(size <= 1U << 30);
  return static_cast<int>(size);
}

}  // namespace

Sha256Digest sha256(std::initializer_list<ByteView> parts) {
  Sha256Digest out;
  hash({}, parts, out);
  return out;
}

Sha256Digest hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) {
  Sha256Digest out;
  mac(key, parts, out);
  forget_mac();
  return out;
}

void hkdf_sha256(ByteView key, ByteView salt, ByteView info, std::span<std::uint8_t> out) {
  VELUM_CHECK(out.size() <= 255 * sizeof(Sha256Digest));
  Sha256Digest extracted;
  mac(salt, {key}, extracted);  // No salt is a salt of zeros, which is what HMAC pads with.
  Sha256Digest block;
  std::uint8_t counter = 0;
  for (std::size_t at = 0; at < out.size(); at += block.size()) {
    const ByteView previous = counter == 0 ? ByteView() : ByteView(block);
    ++counter;
    mac(extracted, {previous, info, ByteView(&counter, 1)}, block);
    std::memcpy(out.data() + at, block.data(), std::min(block.size(), out.size() - at));
  }
  wipe(extracted.data(), extracted.size());
  wipe(block.data(), block.size());
  forget_mac();
}

void aes256gcm_seal(const Key256& key, const Nonce& nonce, ByteView associated, ByteView plaintext,
                    std::span<std::uint8_t> out) {
  VELUM_CHECK(out.size() == plaintext.size() + gcm_tag_bytes);
  Engines& engine = engines();
  EVP_CIPHER_CTX* context = engine.cipher.get();
  int count = 0;
  VELUM_CHECK(EVP_EncryptInit_ex2(context, engine.aes256gcm.get(), key.bytes().data(), nonce.data(),
                                  nullptr) == 1);
  if (!associated.empty()) {
    VELUM_CHECK(EVP_EncryptUpdate(context, nullptr, &count, associated.data(),
                                  int_size(associated.size())) == 1);
  }
  if (!plaintext.empty()) {
    VELUM_CHECK(EVP_EncryptUpdate(context, out.data(), &count, plaintext.data(),
                                  int_size(plaintext.size())) == 1);
  }
  VELUM_CHECK(EVP_EncryptFinal_ex(context, out.data() + plaintext.size(), &count) == 1);
  VELUM_CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, gcm_tag_bytes,
                                  out.data() + plaintext.size()) == 1);
  forget_key(context);
}

Result<void> aes256gcm_open(const Key256& key, const Nonce& nonce, ByteView associated,
                            ByteView sealed, std::span<std::uint8_t> out) {
  if (sealed.size() < gcm_tag_bytes) return Error(ErrorCode::corrupt, "sealed bytes are too few");
  const ByteView ciphertext = sealed.first(sealed.size() - gcm_tag_bytes);
  VELUM_CHECK(out.size() == ciphertext.size());
  std::array<std::uint8_t, gcm_tag_bytes> tag{};
  std::memcpy(tag.data(), sealed.data() + ciphertext.size(), gcm_tag_bytes);

  Engines& engine = engines();
  EVP_CIPHER_CTX* context = engine.cipher.get();
  int count = 0;
  VELUM_CHECK(EVP_DecryptInit_ex2(context, engine.aes256gcm.get(), key.bytes().data(), nonce.data(),
                                  nullptr) == 1);
  if (!associated.empty()) {
    VELUM_CHECK(EVP_DecryptUpdate(context, nullptr, &count, associated.data(),
                                  int_size(associated.size())) == 1);
  }
  if (!ciphertext.empty()) {
    VELUM_CHECK(EVP_DecryptUpdate(context, out.data(), &count, ciphertext.data(),
                                  int_size(ciphertext.size())) == 1);
  }
  VELUM_CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, gcm_tag_bytes, tag.data()) == 1);
  const bool genuine = EVP_DecryptFinal_ex(context, out.data() + out.size(), &count) == 1;
  forget_key(context);
  if (!genuine) {
    wipe(out.data(), out.size());
    return Error(ErrorCode::corrupt, "sealed bytes do not verify");
  }
  return {};
}

bool equal_in_constant_time(ByteView left, ByteView right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace velum
