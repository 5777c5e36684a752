#include "crypto/es256.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>

#include <algorithm>
#include <string_view>

#include "base/result.h"
#include "crypto/crypto.h"
#include "crypto/openssl_handle.h"

namespace velum {
namespace {

constexpr std::size_t half_bytes = 32;  // Of a signature; of a point without its first byte.
constexpr int half_int = 32;
constexpr std::size_t der_size_max_bytes = 2 + 2 * (2 + 1 + half_bytes);
using Point = std::array<std::uint8_t, 1 + 2 * half_bytes>;

// (n - 1) / 2, where n is how many points there are.
constexpr std::array<std::uint8_t, half_bytes> s_max = {
    0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0x00, 0x00, 0x00, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xDE, 0x73, 0x7D, 0x56, 0xD3, 0x8B, 0xCF, 0x42, 0x79, 0xDC, 0xE5, 0x61, 0x7E, 0x31, 0x92, 0xA8};

bool is_low(ByteView s) {
  return !std::lexicographical_compare(s_max.begin(), s_max.end(), s.begin(), s.end());
}

// As FIPS 186-5 (A.2.1) has it, from 128 bits more than there are: (bytes mod (n - 1)) + 1.
OpenSslHandle<BIGNUM> private_number(const Key256& seed, const EC_GROUP& group, BN_CTX* context) {
  SecretBytes<48> wide;
  hkdf_sha256(seed.bytes(), ByteView(), as_bytes("velum es256 key v1"), wide.mutable_bytes());
  const OpenSslHandle<BIGNUM> number(BN_bin2bn(wide.bytes().data(), 48, nullptr));
  const OpenSslHandle<BIGNUM> below(BN_dup(EC_GROUP_get0_order(&group)));
  OpenSslHandle<BIGNUM> key(BN_new());
  VELUM_CHECK(number && below && key && BN_sub_word(below.get(), 1) == 1);
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  BN_set_flags(key.get(), BN_FLG_CONSTTIME);
  VELUM_CHECK(BN_mod(key.get(), number.get(), below.get(), context) == 1 &&
              BN_add_word(key.get(), 1) == 1);
  return key;
}

Point point_of(const BIGNUM& key, const EC_GROUP& group, BN_CTX* context) {
  const OpenSslHandle<EC_POINT> point(EC_POINT_new(&group));
  Point out{};
  VELUM_CHECK(point && EC_POINT_mul(&group, point.get(), &key, nullptr, nullptr, context) == 1 &&
              EC_POINT_point2oct(&group, point.get(), POINT_CONVERSION_UNCOMPRESSED, out.data(),
                                 out.size(), context) == out.size());
  return out;
}

// The parameters are read where they lie: nothing of the private one is left on the heap.
OpenSslHandle<EVP_PKEY> pair_of(const BIGNUM& key, Point point) {
  SecretBytes<half_bytes> number;
  VELUM_CHECK(BN_bn2nativepad(&key, number.mutable_bytes().data(), half_int) == half_int);
  std::array<char, 11> curve{"prime256v1"};
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, number.mutable_bytes().data(), half_bytes),
      OSSL_PARAM_construct_end()};
  const OpenSslHandle<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* pair = nullptr;
  VELUM_CHECK(context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
              EVP_PKEY_fromdata(context.get(), &pair, EVP_PKEY_KEYPAIR, parameters) == 1);
  return OpenSslHandle<EVP_PKEY>(pair);
}

}  // namespace

struct Es256Key::State {
  OpenSslHandle<EVP_PKEY> pair;
  OpenSslHandle<BIGNUM> order;
  Point point{};
};

Es256Key::Es256Key(const Key256& seed) : state_(std::make_unique<State>()) {
  const OpenSslHandle<EC_GROUP> group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const OpenSslHandle<BN_CTX> context(BN_CTX_new());
  VELUM_CHECK(group && context);
  const OpenSslHandle<BIGNUM> key = private_number(seed, *group, context.get());
  state_->point = point_of(*key, *group, context.get());
  state_->pair = pair_of(*key, state_->point);
  state_->order.reset(BN_dup(EC_GROUP_get0_order(group.get())));
  VELUM_CHECK(state_->order != nullptr);
}

Es256Key::Es256Key(Es256Key&&) noexcept = default;
Es256Key& Es256Key::operator=(Es256Key&&) noexcept = default;
Es256Key::~Es256Key() = default;

Es256Signature Es256Key::sign(ByteView message) const {
  const OpenSslHandle<EVP_MD_CTX> context(EVP_MD_CTX_new());
  std::array<std::uint8_t, der_size_max_bytes> der{};
  std::size_t size = der.size();
  VELUM_CHECK(
      context &&
      EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, state_->pair.get()) == 1 &&
      EVP_DigestSign(context.get(), der.data(), &size, message.data(), message.size()) == 1);
  const std::uint8_t* at = der.data();
  const OpenSslHandle<ECDSA_SIG> parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  VELUM_CHECK(parts != nullptr);
  Es256Signature out{};
  std::uint8_t* const s = out.data() + half_bytes;
  VELUM_CHECK(BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), out.data(), half_int) == half_int &&
              BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), s, half_int) == half_int);
  if (is_low(ByteView(out).subspan(half_bytes))) return out;
  const OpenSslHandle<BIGNUM> low(BN_new());
  VELUM_CHECK(low && BN_sub(low.get(), state_->order.get(), ECDSA_SIG_get0_s(parts.get())) == 1 &&
              BN_bn2binpad(low.get(), s, half_int) == half_int);
  return out;
}

bool Es256Key::verify(ByteView message, ByteView signature) const {
  if (signature.size() != 2 * half_bytes || !is_low(signature.subspan(half_bytes))) return false;
  OpenSslHandle<BIGNUM> r(BN_bin2bn(signature.data(), half_int, nullptr));
  OpenSslHandle<BIGNUM> s(BN_bin2bn(signature.data() + half_bytes, half_int, nullptr));
  const OpenSslHandle<ECDSA_SIG> parts(ECDSA_SIG_new());
  VELUM_CHECK(r && s && parts && ECDSA_SIG_set0(parts.get(), r.get(), s.get()) == 1);
  static_cast<void>(r.release());  // They are the signature's now.
  static_cast<void>(s.release());
  std::array<std::uint8_t, der_size_max_bytes> der{};
  std::uint8_t* end = der.data();
  const int size = i2d_ECDSA_SIG(parts.get(), &end);
  const OpenSslHandle<EVP_MD_CTX> context(EVP_MD_CTX_new());
  VELUM_CHECK(
      size > 0 && context &&
      EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, state_->pair.get()) == 1);
  return EVP_DigestVerify(context.get(), der.data(), static_cast<std::size_t>(size), message.data(),
                          message.size()) == 1;
}

std::array<std::uint8_t, 65> Es256Key::public_point() const {
  return state_->point;
}

}  // namespace velum
