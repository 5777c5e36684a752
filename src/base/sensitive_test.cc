#include "base/sensitive.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <type_traits>

#include "base/log.h"

namespace velum {
namespace {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

// What must not compile is a test too.
static_assert(!Printable<Sensitive> && !Printable<Key256>);
static_assert(!Loggable<Sensitive> && !Loggable<Key256>);
static_assert(!Loggable<std::string> && !Loggable<std::string_view> && !Loggable<const char*>);
static_assert(!std::is_convertible_v<Sensitive, std::string>);
static_assert(!std::is_copy_constructible_v<Sensitive> && !std::is_copy_constructible_v<Key256>);
static_assert(!std::equality_comparable<Sensitive> && !std::equality_comparable<Key256>);
static_assert(Loggable<Token> && Loggable<int> && Loggable<Literal>);

TEST(Sensitive, ACloneIsIndependent) {
  Sensitive original("Ana");
  const Sensitive copy = original.clone();
  original = Sensitive("Bob");
  EXPECT_EQ(copy.text(), "Ana");
}

TEST(SecretBytes, AreGoneFromTheMovedFromObjectAndFromTheDestroyed) {
  alignas(Key256) unsigned char memory[sizeof(Key256)];
  auto* key = new (memory) Key256;  // Placement, to look at the memory after the key has ended.
  for (std::uint8_t& byte : key->mutable_bytes()) byte = 0x5A;
  Key256 moved = std::move(*key);
  EXPECT_EQ(moved.bytes()[0], 0x5A);
  for (const unsigned char byte : memory) EXPECT_EQ(byte, 0);
  *key = std::move(moved);
  key->~Key256();
  for (const unsigned char byte : memory) EXPECT_EQ(byte, 0);
}

}  // namespace
}  // namespace velum
