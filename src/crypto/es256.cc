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

namespace velum {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIGNUM* number) const { BN_clear_free(number); }
  void operator()(BN_CTX* context) const { BN_CTX_free(context); }
  void operator()(EC_GROUP* group) const { EC_GROUP_free(group); }
  void operator()(EC_POINT* point) const { EC_POINT_free(point); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};
template <typename T>
using Handle = std::unique_ptr<T, Free>;

constexpr std::size_t half_bytes = 32;  // Of a signature; of a point without its first byte.
constexpr int half_int = 32;
constexpr std::size_t der_size_max_bytes = 2 + 2 * (2 + 1 + half_bytes);
using Point = std::array<std::uint8_t, 1 + 2 * half_bytes>;

// (n - 1) / 2, where n is how many points there are.
constexpr std::array<std::uint8_t, half_bytes> s_max = {
    0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0x00, 0x00, 0x00, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xDE, 0x73, 0x7D, 0x56, 0xD3, 0x8B, 0xCF, 0x42, 0x79, 0xDC, 0xE5, 0x61, 0x7E, 0x31, 0x92, 0xA8};

void must(bool succeeded) {
  VELUM_CHECK(succeeded);
}

bool is_low(ByteView s) {
  return !std::lexicographical_compare(s_max.begin(), s_max.end(), s.begin(), s.end());
}

// As FIPS 186-5 (A.2.1) has it, from 128 bits more than there are: (bytes mod (n - 1)) + 1.
Handle<BIGNUM> private_number(const Key256& seed, const EC_GROUP& group, BN_CTX* context) {
  SecretBytes<48> wide;
  hkdf_sha256(seed.bytes(), ByteView(), as_bytes("velum es256 key v1"), wide.mutable_bytes());
  const Handle<BIGNUM> number(BN_bin2bn(wide.bytes().data(), 48, nullptr));
  const Handle<BIGNUM> below(BN_dup(EC_GROUP_get0_order(&group)));
  Handle<BIGNUM> key(BN_new());
  must(number && below && key && BN_sub_word(below.get(), 1) == 1);
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  BN_set_flags(key.get(), BN_FLG_CONSTTIME);
  must(BN_mod(key.get(), number.get(), below.get(), context) == 1 &&
       BN_add_word(key.get(), 1) == 1);
  return key;
}

Point point_of(const BIGNUM& key, const EC_GROUP& group, BN_CTX* context) {
  const Handle<EC_POINT> point(EC_POINT_new(&group));
  Point out{};
  must(point && EC_POINT_mul(&group, point.get(), &key, nullptr, nullptr, context) == 1 &&
       EC_POINT_point2oct(&group, point.get(), POINT_CONVERSION_UNCOMPRESSED, out.data(),
                          out.size(), context) == out.size());
  return out;
}

// The parameters are read where they lie: nothing of the private one is left on the heap.
Handle<EVP_PKEY> pair_of(const BIGNUM& key, Point point) {
  SecretBytes<half_bytes> number;
  must(BN_bn2nativepad(&key, number.mutable_bytes().data(), half_int) == half_int);
  std::array<char, 11> curve{"prime256v1"};
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, number.mutable_bytes().data(), half_bytes),
      OSSL_PARAM_construct_end()};
  const Handle<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* pair = nullptr;
  must(context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
       EVP_PKEY_fromdata(context.get(), &pair, EVP_PKEY_KEYPAIR, parameters) == 1);
  return Handle<EVP_PKEY>(pair);
}

}  // namespace

struct Es256Key::State {
  Handle<EVP_PKEY> pair;
  Handle<BIGNUM> order;
  Point point{};
};

Es256Key::Es256Key(const Key256& seed) : state_(std::make_unique<State>()) {
  const Handle<EC_GROUP> group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const Handle<BN_CTX> context(BN_CTX_new());
  must(group && context);
  const Handle<BIGNUM> key = private_number(seed, *group, context.get());
  state_->point = point_of(*key, *group, context.get());
  state_->pair = pair_of(*key, state_->point);
  state_->order.reset(BN_dup(EC_GROUP_get0_order(group.get())));
  must(state_->order != nullptr);
}

Es256Key::Es256Key(Es256Key&&) noexcept = default;
Es256Key& Es256Key::operator=(Es256Key&&) noexcept = default;
Es256Key::~Es256Key() = default;

Es256Signature Es256Key::sign(ByteView message) const {
  const Handle<EVP_MD_CTX> context(EVP_MD_CTX_new());
  std::array<std::uint8_t, der_size_max_bytes> der{};
  std::size_t size = der.size();
  must(context &&
       EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, state_->pair.get()) == 1 &&
       EVP_DigestSign(context.get(), der.data(), &size, message.data(), message.size()) == 1);
  const std::uint8_t* at = der.data();
  const Handle<ECDSA_SIG> parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  must(parts != nullptr);
  Es256Signature out{};
  std::uint8_t* const s = out.data() + half_bytes;
  must(BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), out.data(), half_int) == half_int &&
       BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), s, half_int) == half_int);
  if (is_low(ByteView(out).subspan(half_bytes))) return out;
  const Handle<BIGNUM> low(BN_new());
  must(low && BN_sub(low.get(), state_->order.get(), ECDSA_SIG_get0_s(parts.get())) == 1 &&
       BN_bn2binpad(low.get(), s, half_int) == half_int);
  return out;
}

bool Es256Key::verify(ByteView message, ByteView signature) const {
  if (signature.size() != 2 * half_bytes || !is_low(signature.subspan(half_bytes))) return false;
  Handle<BIGNUM> r(BN_bin2bn(signature.data(), half_int, nullptr));
  Handle<BIGNUM> s(BN_bin2bn(signature.data() + half_bytes, half_int, nullptr));
  const Handle<ECDSA_SIG> parts(ECDSA_SIG_new());
  must(r && s && parts && ECDSA_SIG_set0(parts.get(), r.get(), s.get()) == 1);
  static_cast<void>(r.release());  // They are the signature's now.
  static_cast<void>(s.release());
  std::array<std::uint8_t, der_size_max_bytes> der{};
  std::uint8_t* end = der.data();
  const int size = i2d_ECDSA_SIG(parts.get(), &end);
  const Handle<EVP_MD_CTX> context(EVP_MD_CTX_new());
  must(size > 0 && context &&
       EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, state_->pair.get()) ==
           1);
  return EVP_DigestVerify(context.get(), der.data(), static_cast<std::size_t>(size), message.data(),
                          message.size()) == 1;
}

std::array<std::uint8_t, 65> Es256Key::public_point() const {
  return state_->point;
}

}  // namespace velum
