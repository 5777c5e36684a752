#include "crypto/es256.h"

#include <gtest/gtest.h>
#include <openssl/bn.h>

#include <memory>
#include <string>

#include "io/sim_random.h"

namespace velum {
namespace {

constexpr std::string_view message = "eyJh.eyJz";

Key256 seed_of(std::uint64_t number) {
  SeededRandom random(number);
  Key256 seed;
  random.fill(seed.mutable_bytes());
  return seed;
}

bool verifies(const Es256Key& key, ByteView signature, std::string_view text = message) {
  return key.verify(as_bytes(text), signature);
}

// n - s: the other s that ECDSA takes for the same message.
Es256Signature with_other_s(Es256Signature signature) {
  constexpr const char* order = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";
  BIGNUM* n = nullptr;
  BN_hex2bn(&n, order);
  BIGNUM* s = BN_bin2bn(signature.data() + 32, 32, nullptr);
  BN_sub(s, n, s);
  BN_bn2binpad(s, signature.data() + 32, 32);
  BN_free(s);
  BN_free(n);
  return signature;
}

TEST(Es256, WhatOneKeySignsVerifiesUnderThatOneAlone) {
  const Es256Key key(seed_of(1));
  const Es256Key other(seed_of(2));
  EXPECT_EQ(key.public_point(), Es256Key(seed_of(1)).public_point());
  EXPECT_NE(key.public_point(), other.public_point());
  for (int count = 0; count < 200; ++count) {
    const Es256Signature signature = key.sign(as_bytes(message));
    EXPECT_TRUE(verifies(key, signature));
    EXPECT_TRUE(verifies(Es256Key(seed_of(1)), signature));
    EXPECT_FALSE(verifies(other, signature));
    EXPECT_FALSE(verifies(key, signature, "eyJh.eyJt"));
    EXPECT_FALSE(verifies(key, signature, ""));
  }
}

// Of the two numbers that are a signature of the same, each comes up half of the time.
TEST(Es256, OfTheTwoSignaturesOfOneMessageOneIsNone) {
  const Es256Key key(seed_of(3));
  for (int count = 0; count < 200; ++count) {
    const Es256Signature signature = key.sign(as_bytes(message));
    ASSERT_TRUE(verifies(key, signature));
    ASSERT_FALSE(verifies(key, with_other_s(signature)));
  }
}

TEST(Es256, NoSignatureThatWasChangedVerifies) {
  const Es256Key key(seed_of(4));
  const Es256Signature signature = key.sign(as_bytes(message));
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    Es256Signature changed = signature;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_FALSE(verifies(key, changed)) << bit;
  }
  for (std::size_t size = 0; size < signature.size(); ++size) {
    EXPECT_FALSE(verifies(key, ByteView(signature).first(size))) << size;
  }
  Bytes longer(signature.begin(), signature.end());
  longer.push_back(0);
  EXPECT_FALSE(verifies(key, longer));
  // What a careless verifier takes for anything: r and s of nothing, and of as much as there is.
  EXPECT_FALSE(verifies(key, Bytes(64, 0)));
  EXPECT_FALSE(verifies(key, Bytes(64, 0xFF)));
  Bytes one_and_one(64, 0);
  one_and_one[31] = 1;
  one_and_one[63] = 1;
  EXPECT_FALSE(verifies(key, one_and_one));
}

}  // namespace
}  // namespace velum
