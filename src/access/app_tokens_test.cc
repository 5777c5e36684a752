#include "access/app_tokens.h"

#include <gtest/gtest.h>

#include <string>

#include "crypto/crypto.h"
#include "io/sim_random.h"

namespace velum {
namespace {

TEST(AppToken, IsWrittenAsDocumented) {
  SeededRandom random(1);
  const NewAppToken token = make_app_token(random);
  const std::string text(token.text.text());
  EXPECT_EQ(text.size(), 61U);
  EXPECT_TRUE(text.starts_with("velum_token_"));
  EXPECT_TRUE(is_app_token(text));
  const Sha256Digest hash = sha256(as_bytes(text));
  EXPECT_EQ(token.hash, Bytes(hash.begin(), hash.end()));
  EXPECT_NE(make_app_token(random).text.text(), text);
  // The example of docs/data-format.md, whose checksum test/harness/tokens.py finds too.
  EXPECT_TRUE(is_app_token("velum_token_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAJgVcyQ"));
}

// A token is never checked further than this: what is mistyped costs no look-up.
TEST(AppToken, NoOneThatIsMistypedFits) {
  SeededRandom random(2);
  const std::string text(make_app_token(random).text.text());
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(is_app_token(std::string_view(text).substr(0, size)));
  }
  EXPECT_FALSE(is_app_token(text + "A"));
  EXPECT_FALSE(is_app_token(" " + text));
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int letter = 0; letter < 256; ++letter) {
      std::string other = text;
      other[at] = static_cast<char>(letter);
      EXPECT_EQ(is_app_token(other), other == text) << at << " " << letter;
    }
    std::string swapped = text;
    std::swap(swapped[at], swapped[(at + 1) % text.size()]);
    EXPECT_EQ(is_app_token(swapped), swapped == text) << at;
  }
}

}  // namespace
}  // namespace velum
