#include "base/crc32c.h"

#include <gtest/gtest.h>

#include <string_view>

namespace velum {
namespace {

Bytes counted(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t at = 0; at < size; ++at) bytes[at] = static_cast<std::uint8_t>(at * 31 + 7);
  return bytes;
}

TEST(Crc32c, IsThatOfRfc3720) {
  const auto of = [](const Bytes& bytes) { return crc32c(0, bytes); };
  EXPECT_EQ(of(Bytes(32)), 0x8A9136AAU);
  EXPECT_EQ(of(Bytes(32, 0xFF)), 0x62A8AB43U);
  EXPECT_EQ(crc32c(0, as_bytes("123456789")), 0xE3069283U);
  EXPECT_EQ(of({}), 0U);
}

TEST(Crc32c, IsTheSameWithAndWithoutTheInstruction) {
  for (std::size_t size = 0; size < 100; ++size) {
    const Bytes bytes = counted(size);
    EXPECT_EQ(crc32c(5, bytes), crc32c_by_table(5, bytes)) << size;
    Bytes other = bytes;
    if (size > 0) other[size / 2] ^= 1;
    const auto both = crc32c_of_both(5, bytes, other);
    EXPECT_EQ(both[0], crc32c_by_table(5, bytes)) << size;
    EXPECT_EQ(both[1], crc32c_by_table(5, other)) << size;
  }
}

TEST(Crc32c, GoesOnWhereItWas) {
  const Bytes bytes = counted(50);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    const ByteView view(bytes);
    EXPECT_EQ(crc32c(crc32c(0, view.first(cut)), view.subspan(cut)), crc32c(0, bytes));
  }
}

TEST(Crc32c, DiffersForEveryBit) {
  Bytes page = counted(4096);
  const std::uint32_t before = crc32c(0, page);
  for (std::size_t bit = 0; bit < 8 * page.size(); ++bit) {
    page[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_NE(crc32c(0, page), before) << bit;
    page[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
  }
}

}  // namespace
}  // namespace velum
