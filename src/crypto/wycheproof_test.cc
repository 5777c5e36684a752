// Project Wycheproof's vectors through our own wrapper: every valid one accepted, every invalid one
// refused. Sizes that Velum does not use cannot even be expressed, and are counted as refused.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "crypto/crypto.h"
#include "crypto/signature.h"

namespace velum {
namespace {

namespace bj = boost::json;

class Wycheproof : public testing::Test {
 protected:
  // False where the vectors are absent: the caller returns, skipped or failed.
  bool load(const char* name) {
    const std::string path = std::string(VELUM_SHARED_DIR) + "/vectors/wycheproof/" + name;
    const std::ifstream file(path);
    if (!file) {
      const char* required = std::getenv("VELUM_REQUIRE_SHARED");
      if (required != nullptr && *required == '1') ADD_FAILURE() << "missing: " << name;
      return false;
    }
    std::stringstream text;
    text << file.rdbuf();
    suite_ = bj::parse(text.str());
    return true;
  }

  template <typename Check>
  void for_each(Check check) {
    int count = 0;
    for (const bj::value& group : suite_.at("testGroups").as_array()) {
      for (const bj::value& test : group.at("tests").as_array()) {
        SCOPED_TRACE(test.at("tcId").as_int64());
        check(group, test, test.at("result").as_string() != "invalid");
        ++count;
      }
    }
    EXPECT_GT(count, 50);
  }
  static Bytes bytes(const bj::value& object, const char* name) {
    return *from_hex(object.at(name).as_string());
  }

  bj::value suite_;
};

Key256 key_of(ByteView bytes) {
  return Key256(std::span<const std::uint8_t, 32>(bytes));
}

TEST_F(Wycheproof, AesGcm) {
  if (!load("aes_gcm.json")) GTEST_SKIP() << "no shared vectors";
  int supported = 0;
  for_each([&supported](const bj::value& group, const bj::value& test, bool valid) {
    if (group.at("keySize").as_int64() != 256 || group.at("ivSize").as_int64() != 96 ||
        group.at("tagSize").as_int64() != 128) {
      return;
    }
    ++supported;
    const Key256 key = key_of(bytes(test, "key"));
    Nonce nonce;
    const Bytes iv = bytes(test, "iv");
    std::copy(iv.begin(), iv.end(), nonce.begin());
    const Bytes plain = bytes(test, "msg");
    Bytes sealed = bytes(test, "ct");
    append(sealed, bytes(test, "tag"));
    Bytes out(sealed.size() - 16, 0xAA);
    const bool opened = aes256gcm_open(key, nonce, bytes(test, "aad"), sealed, out).has_value();
    EXPECT_EQ(opened, valid);
    EXPECT_EQ(out, valid ? plain : Bytes(out.size(), 0));
    if (!valid) return;
    Bytes again(plain.size() + 16);
    aes256gcm_seal(key, nonce, bytes(test, "aad"), plain, again);
    EXPECT_EQ(again, sealed);
  });
  EXPECT_GT(supported, 30);
}

TEST_F(Wycheproof, HmacSha256) {
  if (!load("hmac_sha256.json")) GTEST_SKIP() << "no shared vectors";
  for_each([](const bj::value&, const bj::value& test, bool valid) {
    const Sha256Digest mac = hmac_sha256(bytes(test, "key"), {bytes(test, "msg")});
    const Bytes tag = bytes(test, "tag");
    // Truncated tags are compared in their own length: Velum itself never truncates.
    EXPECT_EQ(equal_in_constant_time(ByteView(mac).first(tag.size()), tag), valid);
  });
}

TEST_F(Wycheproof, HkdfSha256) {
  if (!load("hkdf_sha256.json")) GTEST_SKIP() << "no shared vectors";
  for_each([](const bj::value&, const bj::value& test, bool valid) {
    Bytes out(static_cast<std::size_t>(test.at("size").as_int64()));
    if (out.size() > 255 * 32) {
      EXPECT_FALSE(valid);
      return;
    }
    hkdf_sha256(bytes(test, "ikm"), bytes(test, "salt"), bytes(test, "info"), out);
    EXPECT_EQ(out == bytes(test, "okm"), valid);
  });
}

TEST_F(Wycheproof, Ed25519) {
  if (!load("ed25519.json")) GTEST_SKIP() << "no shared vectors";
  for_each([](const bj::value& group, const bj::value& test, bool valid) {
    const bj::object& names = group.as_object();
    const Bytes text =
        bytes(names.contains("publicKey") ? group.at("publicKey") : group.at("key"), "pk");
    Ed25519PublicKey key;
    ASSERT_EQ(text.size(), key.size());
    std::copy(text.begin(), text.end(), key.begin());
    EXPECT_EQ(ed25519_verify(key, bytes(test, "msg"), bytes(test, "sig")), valid);
  });
}

TEST(Ed25519, SignsAsInRfc8032) {  // Section 7.1, test 2.
  const Key256 seed =
      key_of(*from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  EXPECT_EQ(to_hex(ed25519_public_key(seed)),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const Bytes message = {0x72};
  const Ed25519Signature signature = ed25519_sign(seed, message);
  EXPECT_EQ(to_hex(signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(ed25519_verify(ed25519_public_key(seed), message, signature));
  EXPECT_FALSE(ed25519_verify(ed25519_public_key(seed), Bytes{0x73}, signature));
}

}  // namespace
}  // namespace velum
