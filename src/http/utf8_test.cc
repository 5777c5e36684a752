#include "http/utf8.h"

#include <gtest/gtest.h>

#include <string>

#include "http/percent.h"

namespace velum {
namespace {

TEST(Utf8, EveryCodePointAndNoSurrogate) {
  std::size_t accepted = 0;
  for (unsigned point = 0; point <= 0x11FFFF; ++point) {
    std::string text;
    const auto add = [&text](unsigned byte) { text.push_back(static_cast<char>(byte)); };
    if (point < 0x80) {
      add(point);
    } else if (point < 0x800) {
      add(0xC0 | point >> 6);
      add(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
      add(0xE0 | point >> 12);
      add(0x80 | (point >> 6 & 0x3F));
      add(0x80 | (point & 0x3F));
    } else {
      add(0xF0 | point >> 18);
      add(0x80 | (point >> 12 & 0x3F));
      add(0x80 | (point >> 6 & 0x3F));
      add(0x80 | (point & 0x3F));
    }
    const bool is_surrogate = point >= 0xD800 && point < 0xE000;
    const bool want = !is_surrogate && point <= 0x10FFFF;
    ASSERT_EQ(is_utf8(text), want) << point;
    ASSERT_EQ(is_utf8(text + "a"), want) << point;
    if (text.size() > 1) ASSERT_FALSE(is_utf8(text.substr(0, text.size() - 1))) << point;
    if (text.size() > 1) ASSERT_FALSE(is_utf8(text.substr(1))) << point;
    accepted += want ? 1 : 0;
  }
  EXPECT_EQ(accepted, std::size_t{0x110000 - 0x800});
}

TEST(Utf8, NoOtherFormOfAKnownCodePoint) {
  for (const std::string_view text :
       {"\xC0\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xE0\x9F\xBF", "\xF0\x80\x80\xAF",
        "\xF0\x8F\xBF\xBF", "\xF8\x88\x80\x80\x80", "\xFC\x84\x80\x80\x80\x80", "\xFE", "\xFF",
        "\xC3(", "\xE2(\xA1", "\xE2\x82(", "\xF0(\x8C\xBC"}) {
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
  }
}

TEST(Utf8, EscapesThatAreNoTextAreRefused) {
  for (const std::string_view text :
       {"%ff", "a%c3", "%c3a", "%c0%af", "%ed%a0%80", "%f4%90%80%80"}) {
    EXPECT_FALSE(decode_percent(text, PlusSign::is_space)) << text;
  }
  const auto decoded = decode_percent("%c3%a9%e2%82%ac%f0%9f%98%80", PlusSign::is_space);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->text(), "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
}

}  // namespace
}  // namespace velum
