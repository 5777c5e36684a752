#include "base/bytes.h"

#include <gtest/gtest.h>

#include "base/result.h"

namespace velum {
namespace {

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
