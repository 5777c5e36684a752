#include "base/base64.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace velum {
namespace {

TEST(Base64, IsTheRfcsAndOnlyThat) {
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
    WipedText secret, secret_url;
    append_base64(as_bytes(text), secret);
    append_base64url(as_bytes(text), secret_url);
    EXPECT_EQ(view(secret), encoded);
    EXPECT_EQ(view(secret_url), url);
    const auto bytes = from_base64(encoded);
    ASSERT_TRUE(bytes) << encoded;
    EXPECT_EQ(as_text(*bytes), text);
    const auto from_url = from_base64url(url);
    ASSERT_TRUE(from_url) << url;
    EXPECT_EQ(as_text(*from_url), text);
  }
  for (const std::string_view refused : {"Zg", "Zg=", "Zh==", "Zm9=", "Zg===", "=",
                                         "====", "Z===", "Zg=A", "Z g=", "-_8=", "Zm9v="}) {
    EXPECT_FALSE(from_base64(refused)) << refused;
  }
  for (const std::string_view refused :
       {"Zg==", "Zg=", "Zh", "Zm9", "Z", "Zm9vZ", "Zm9v\n", "+_8", "-/8", "Z g", "="}) {
    EXPECT_FALSE(from_base64url(refused)) << refused;
  }
}

TEST(Base64, AKeyHas32Bytes) {
  for (const std::size_t size_bytes : {0U, 16U, 31U, 32U, 33U, 64U}) {
    Bytes bytes(size_bytes);
    for (std::size_t index = 0; index < size_bytes; ++index) {
      bytes[index] = static_cast<std::uint8_t>(251 - index);
    }
    const auto key = key_from_base64(to_base64(bytes));
    ASSERT_EQ(key.has_value(), size_bytes == 32) << size_bytes;
    if (key) {
      EXPECT_TRUE(std::ranges::equal(key->bytes(), bytes));
    }
  }
  EXPECT_FALSE(key_from_base64("not base64"));
}

}  // namespace
}  // namespace velum
