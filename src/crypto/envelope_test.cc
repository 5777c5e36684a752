#include "crypto/envelope.h"

#include <gtest/gtest.h>

#include "crypto/crypto.h"
#include "io/sim_random.h"

namespace velum {
namespace {

constexpr std::string_view secret = "Ana Souza, Rua das Flores 12";

Token token_of(std::uint8_t byte) {
  Uuid::Raw raw{};
  raw.fill(byte);
  return Token(Uuid(raw));
}

Place some_place() {
  Place place;
  place.region = "us";
  place.account = AccountId{7};
  place.entity = EntityId::profile;
  place.token = token_of(1);
  place.record = RecordId(token_of(2).uuid());
  place.version = VersionId(token_of(3).uuid());
  place.schema_revision = 4;
  return place;
}

class EnvelopeTest : public testing::Test {
 protected:
  EnvelopeTest() {
    random_.fill(key_.mutable_bytes());
    random_.fill(other_key_.mutable_bytes());
  }
  Bytes seal(const Place& place = some_place()) {
    return seal_envelope(key_, {EnvelopeClass::full, 9}, place, as_bytes(secret), random_);
  }
  bool opens(ByteView envelope, const Place& place = some_place(),
             EnvelopeClass kind = EnvelopeClass::full) {
    return open_envelope(key_, kind, place, envelope).has_value();
  }

  SeededRandom random_{1};
  Key256 key_;
  Key256 other_key_;
};

TEST_F(EnvelopeTest, OpensWhereItWasSealed) {
  const Bytes envelope = seal();
  EXPECT_EQ(envelope.size(), secret.size() + envelope_overhead_bytes);
  const auto opened = open_envelope(key_, EnvelopeClass::full, some_place(), envelope);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->text(), secret);
  EXPECT_EQ(read_envelope_header(envelope)->key_id, 9U);
  EXPECT_EQ(as_text(envelope).find("Ana"), std::string_view::npos);
  EXPECT_NE(seal(), envelope);  // A salt and a nonce of its own.
}

TEST_F(EnvelopeTest, DoesNotOpenAtAnotherPlace) {
  struct Case {
    const char* name;
    void (*move)(Place&);
  };
  static constexpr Case cases[] = {
      {"region", [](Place& place) { place.region = "eu"; }},
      {"account", [](Place& place) { place.account = AccountId{8}; }},
      {"entity", [](Place& place) { place.entity = EntityId::address; }},
      {"token", [](Place& place) { place.token = token_of(9); }},
      {"record", [](Place& place) { place.record = RecordId(token_of(9).uuid()); }},
      {"version", [](Place& place) { place.version = VersionId(token_of(9).uuid()); }},
      {"schema revision", [](Place& place) { place.schema_revision = 5; }},
  };
  const Bytes envelope = seal();
  for (const Case& c : cases) {
    Place place = some_place();
    c.move(place);
    EXPECT_FALSE(opens(envelope, place)) << c.name;
    EXPECT_TRUE(opens(seal(place), place)) << c.name;
  }
  EXPECT_FALSE(opens(envelope, some_place(), EnvelopeClass::masked));
  EXPECT_FALSE(open_envelope(other_key_, EnvelopeClass::full, some_place(), envelope));
  // The class is bound too, and not only compared: relabelled, it does not open as what it says.
  Bytes relabelled = envelope;
  relabelled[2] = 'M';
  EXPECT_FALSE(opens(relabelled, some_place(), EnvelopeClass::masked));
}

TEST_F(EnvelopeTest, AnyChangedBitAndAnyMissingByteIsNoticed) {
  const Bytes envelope = seal();
  for (std::size_t bit = 0; bit < 8 * envelope.size(); ++bit) {
    Bytes changed = envelope;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ 1U << bit % 8);
    EXPECT_FALSE(opens(changed)) << bit;
  }
  for (std::size_t size = 0; size < envelope.size(); ++size) {
    EXPECT_FALSE(opens(ByteView(envelope).first(size))) << size;
  }
  Bytes longer = envelope;
  longer.push_back(0);
  EXPECT_FALSE(opens(longer));
}

// AES-GCM alone would open: one ciphertext can be made valid under two keys. The commitment is what
// refuses, so an envelope whose commitment is another key's must fail even with a right tag.
TEST_F(EnvelopeTest, ACommitmentToAnotherKeyIsRefused) {
  Bytes envelope = seal();
  const Bytes other =
      seal_envelope(other_key_, {EnvelopeClass::full, 9}, some_place(), as_bytes(secret), random_);
  std::copy_n(other.begin() + 39, 32, envelope.begin() + 39);
  EXPECT_FALSE(opens(envelope));
}

TEST_F(EnvelopeTest, EmptyTextIsSealedToo) {
  const Bytes envelope =
      seal_envelope(key_, {EnvelopeClass::masked, 1}, some_place(), ByteView(), random_);
  const auto opened = open_envelope(key_, EnvelopeClass::masked, some_place(), envelope);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->text(), "");
}

}  // namespace
}  // namespace velum
