// The attack that the commitment is there for, carried out: one ciphertext and one tag that
// AES-GCM accepts under two keys, so that two readers of one envelope would see two texts.
//
// Method: the tag is affine in each ciphertext block. Taking the tags under both keys for one
// block's 128 unit vectors gives a linear system whose solution makes the tags equal.

#include <gtest/gtest.h>

#include <algorithm>
#include <bitset>
#include <optional>
#include <utility>

#include "crypto/crypto.h"
#include "crypto/envelope.h"
#include "io/sim_random.h"

namespace velum {
namespace {

using Bits = std::bitset<128>;
constexpr std::size_t text_bytes = 32;  // Two blocks: one of text, one to solve for.
constexpr std::size_t salt_at = 11;
constexpr std::size_t nonce_at = 27;
constexpr std::size_t commit_at = 39;
constexpr std::size_t ciphertext_at = 71;

// As docs/data-format.md says, and not as envelope.cc does it.
struct Derived {
  Derived(const Key256& key, ByteView envelope) {
    Bytes info(as_bytes("velum envelope v1").begin(), as_bytes("velum envelope v1").end());
    info.push_back(1);
    info.push_back('P');
    std::array<std::uint8_t, 64> both{};
    hkdf_sha256(key.bytes(), envelope.subspan(salt_at, 16), info, both);
    std::copy_n(both.begin(), 32, message.mutable_bytes().begin());
    std::copy_n(both.begin() + 32, 32, commitment.begin());
  }
  Key256 message;
  Sha256Digest commitment{};
};

class Forger {
 public:
  Forger(const Key256& one, const Key256& two, ByteView envelope, Bytes associated)
      : one_(one, envelope), two_(two, envelope), associated_(std::move(associated)) {
    std::copy_n(envelope.begin() + nonce_at, nonce_.size(), nonce_.begin());
  }

  // A ciphertext and its tag, good under both keys.
  Bytes forge() const {
    Bytes ciphertext(text_bytes, 0x5A);
    const std::optional<Bits> block = solve(ciphertext);
    if (!block) return {};
    place(ciphertext, *block);
    append(ciphertext, tag(one_, ciphertext));
    return ciphertext;
  }
  bool opens(const Derived& keys, ByteView sealed) const {
    Bytes out(text_bytes);
    return aes256gcm_open(keys.message, nonce_, associated_, sealed, out).has_value();
  }
  const Derived& one() const { return one_; }
  const Derived& two() const { return two_; }

 private:
  static void place(Bytes& ciphertext, const Bits& block) {
    for (std::size_t bit = 0; bit < 128; ++bit) {
      auto& byte = ciphertext[16 + bit / 8];
      const auto mask = static_cast<std::uint8_t>(1U << bit % 8);
      byte = static_cast<std::uint8_t>(block[bit] ? byte | mask : byte & ~mask);
    }
  }
  Bytes tag(const Derived& keys, ByteView ciphertext) const {
    Bytes sealed(text_bytes + 16);
    aes256gcm_seal(keys.message, nonce_, associated_, Bytes(text_bytes),
                   sealed);  // The key stream.
    Bytes plaintext(text_bytes);
    for (std::size_t at = 0; at < text_bytes; ++at) {
      plaintext[at] = static_cast<std::uint8_t>(sealed[at] ^ ciphertext[at]);
    }
    aes256gcm_seal(keys.message, nonce_, associated_, plaintext, sealed);
    return {sealed.end() - 16, sealed.end()};
  }
  Bits difference(Bytes ciphertext, const Bits& block) const {
    place(ciphertext, block);
    const Bytes left = tag(one_, ciphertext);
    const Bytes right = tag(two_, ciphertext);
    Bits bits;
    for (std::size_t bit = 0; bit < 128; ++bit) {
      bits[bit] = ((left[bit / 8] ^ right[bit / 8]) >> bit % 8 & 1) != 0;
    }
    return bits;
  }
  // Gauss: which sum of the columns is the difference that the zero block leaves?
  std::optional<Bits> solve(const Bytes& ciphertext) const {
    const Bits constant = difference(ciphertext, {});
    std::array<std::optional<std::pair<Bits, Bits>>, 128> basis;  // By leading bit: sum, columns.
    const auto reduce = [&basis](Bits& sum, Bits& columns) {
      for (std::size_t bit = 0; bit < 128; ++bit) {
        if (!sum[bit]) continue;
        if (!basis[bit]) return bit;
        sum ^= basis[bit]->first;
        columns ^= basis[bit]->second;
      }
      return std::size_t{128};
    };
    for (std::size_t column = 0; column < 128; ++column) {
      Bits columns = Bits().set(column);
      Bits sum = difference(ciphertext, columns) ^ constant;
      const std::size_t lead = reduce(sum, columns);
      if (lead < 128) basis[lead] = {sum, columns};
    }
    Bits rest = constant;
    Bits columns;
    if (reduce(rest, columns) != 128) return std::nullopt;
    return columns;
  }

  Derived one_;
  Derived two_;
  Bytes associated_;
  Nonce nonce_{};
};

Bytes associated_data_of_no_place(std::uint64_t key_id) {
  Bytes out;
  for (const std::size_t size : {0U, 4U, 2U, 16U, 16U, 16U, 4U}) {
    append_u16be(out, static_cast<std::uint16_t>(size));
    out.resize(out.size() + size);
  }
  append_u16be(out, 1);
  out.push_back('P');
  append_u16be(out, 8);
  append_u64be(out, key_id);
  return out;
}

TEST(Commitment, AnEnvelopeMadeForTwoKeysOpensUnderOneAtMost) {
  SeededRandom random(7);
  Key256 one;
  Key256 two;
  random.fill(one.mutable_bytes());
  random.fill(two.mutable_bytes());
  Bytes envelope = seal_envelope(one, {EnvelopeClass::full, 9}, {}, Bytes(text_bytes), random);
  const Forger forger(one, two, envelope, associated_data_of_no_place(9));
  const Bytes forged = forger.forge();
  ASSERT_EQ(forged.size(), text_bytes + 16);
  ASSERT_TRUE(forger.opens(forger.one(), forged));  // AES-GCM alone sees nothing wrong.
  ASSERT_TRUE(forger.opens(forger.two(), forged));

  std::ranges::copy(forged, envelope.begin() + ciphertext_at);
  const auto opens = [&envelope](const Key256& key) {
    return open_envelope(key, EnvelopeClass::full, {}, envelope).has_value();
  };
  EXPECT_TRUE(opens(one));
  EXPECT_FALSE(opens(two));
  std::ranges::copy(forger.two().commitment, envelope.begin() + commit_at);
  EXPECT_FALSE(opens(one));
  EXPECT_TRUE(opens(two));
}

}  // namespace
}  // namespace velum
