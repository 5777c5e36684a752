#include "base/ids.h"

#include <gtest/gtest.h>

namespace velum {
namespace {

class CountingRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = next_++;
  }

 private:
  std::uint8_t next_ = 0xF8;
};

static_assert(!std::is_convertible_v<Token, RecordId>);
static_assert(!std::is_constructible_v<Token, RecordId>);
static_assert(!std::is_convertible_v<Token, std::string>);

TEST(Token, TextRoundTripsInEitherCase) {
  const auto token = Token::parse("00FF10a5-dead-4eef-8123-456789abcdef");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->text(), "00ff10a5-dead-4eef-8123-456789abcdef");
  EXPECT_EQ(Token::from_bytes(token->bytes()), token);
}

TEST(Token, RandomOnesAreUuidVersion4) {
  CountingRandom random;
  EXPECT_EQ(Token::random(random).text(), "f8f9fafb-fcfd-4eff-8001-020304050607");
}

TEST(Uuid, TimeOrderedOnesBeginWithTheTime) {
  CountingRandom random;
  const Instant now{std::chrono::milliseconds(0x0102030405A6)};
  EXPECT_EQ(Uuid::time_ordered(now, random).text(), "01020304-05a6-7eff-8001-020304050607");
}

TEST(Entity, IsFoundByItsName) {
  for (const EntityId entity : all_entities) EXPECT_EQ(entity_named(entity_name(entity)), entity);
  for (const char* name : {"", "Profile", "addresses"}) EXPECT_FALSE(entity_named(name)) << name;
}

TEST(Token, RefusesEveryOtherSpelling) {
  static constexpr std::string_view refused[] = {
      "",
      "00ff10a5-dead-4eef-8123-456789abcde",    // One short.
      "00ff10a5-dead-4eef-8123-456789abcdef0",  // One long.
      "00ff10a5dead-4eef-8123-456789abcdef-",   // A dash out of place.
      "00ff10a5-dead-4eef-8123-456789abcdeg",
      "{0ff10a5-dead-4eef-8123-456789abcde}",
      "00ff10a5 dead 4eef 8123 456789abcdef",
  };
  for (const std::string_view text : refused) EXPECT_FALSE(Token::parse(text)) << text;
}

}  // namespace
}  // namespace velum
