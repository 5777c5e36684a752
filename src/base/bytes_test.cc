#include "base/bytes.h"

#include <gtest/gtest.h>

#include "base/result.h"

namespace velum {
namespace {

TEST(Bytes, Base64IsTheRfcsAndOnlyThat) {
  struct Case {
    std::string_view text, encoded, url;
  };
  static constexpr Case cases[] = {
      // RFC 4648 section 10, then letters 62 and 63.
      {"", "", ""},
      {"f", "Zg==", "Zg"},
      {"fo", "Zm8=", "Zm8"},
      {"foo", "Zm9v", "Zm9v"},
      {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
      {"\xfb\xff", "+/8=", "-_8"},
  };
  for (const auto& [text, encoded, url] : cases) {
    EXPECT_EQ(to_base64(as_bytes(text)), encoded);
    EXPECT_EQ(to_base64url(as_bytes(text)), url);
    const auto bytes = from_base64(encoded);
    ASSERT_TRUE(bytes) << encoded;
    EXPECT_EQ(as_text(*bytes), text);
  }
  for (const std::string_view refused : {"Zg", "Zg=", "Zh==", "Zg===", "=", "Z g=", "-_8="}) {
    EXPECT_FALSE(from_base64(refused)) << refused;
  }
}

TEST(Bytes, HexRoundTripsAndRefusesTheRest) {
  const auto bytes = from_hex("00fFa5");
  ASSERT_TRUE(bytes);
  EXPECT_EQ(to_hex(*bytes), "00ffa5");
  for (const std::string_view refused : {"0", "0g", "0x", " 0"}) EXPECT_FALSE(from_hex(refused));
}

TEST(Bytes, IntegersAreBigEndian) {
  Bytes out;
  append_u16be(out, 0x0102);
  append_u32be(out, 0x03040506);
  append_u64be(out, 0x0708090a0b0c0d0e);
  EXPECT_EQ(to_hex(out), "0102030405060708090a0b0c0d0e");
  EXPECT_EQ(read_u16be(out), 0x0102);
  EXPECT_EQ(read_u32be(ByteView(out).subspan(2)), 0x03040506U);
  EXPECT_EQ(read_u64be(ByteView(out).subspan(6)), 0x0708090a0b0c0d0eU);
}

}  // namespace
}  // namespace velum
