#include "alerts/signed_message.h"

#include <gtest/gtest.h>

#include "base/base64.h"

namespace velum::signed_message_test {
namespace {

Key256 key_of(std::uint8_t first) {
  Key256 key;
  for (std::uint8_t& byte : key.mutable_bytes()) byte = first++;
  return key;
}

HttpsPost post_of(std::span<const Key256> secrets) {
  const Instant at{std::chrono::seconds(1'700'000'000) + std::chrono::milliseconds(900)};
  return signed_post({*HttpsUrl::parse("https://a.example/in"), "msg_1", R"({"a":1})"}, secrets,
                     at);
}

// Made by: printf '%s' 'msg_1.1700000000.{"a":1}' | openssl dgst -sha256 -mac HMAC -macopt
// hexkey:000102...1f -binary | base64
TEST(SignedMessageTest, IsSignedAsStandardWebhooksSays) {
  const std::array<Key256, 1> one{key_of(0)};
  const HttpsPost post = post_of(one);
  ASSERT_EQ(post.headers.size(), 3U);
  EXPECT_EQ(post.headers[0], (std::pair<std::string_view, std::string>("webhook-id", "msg_1")));
  EXPECT_EQ(post.headers[1].first, "webhook-timestamp");
  EXPECT_EQ(post.headers[1].second, "1700000000");
  EXPECT_EQ(post.headers[2].first, "webhook-signature");
  EXPECT_EQ(post.headers[2].second, "v1,AMaOha7DUT/0J0JMycRuYOBSvbx3WtwLd2khXXbaVj4=");
  EXPECT_EQ(post.body, R"({"a":1})");
}

TEST(SignedMessageTest, EachSecretSigns) {
  const std::array<Key256, 1> newer{key_of(1)};
  const std::array<Key256, 1> older{key_of(2)};
  const std::array<Key256, 2> both{key_of(1), key_of(2)};
  EXPECT_EQ(post_of(both).headers[2].second,
            post_of(newer).headers[2].second + " " + post_of(older).headers[2].second);
}

TEST(SignedMessageTest, ASecretComesBackFromItsText) {
  const WipedText text = webhook_secret_text(key_of(7));
  EXPECT_TRUE(view(text).starts_with("whsec_"));
  const auto secret = webhook_secret_of(view(text));
  ASSERT_TRUE(secret);
  EXPECT_TRUE(std::ranges::equal(secret->bytes(), key_of(7).bytes()));
  for (const char* wrong :
       {"", "whsec_", "whsec_AAAA", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}) {
    EXPECT_FALSE(webhook_secret_of(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace velum::signed_message_test
