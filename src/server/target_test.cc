#include "server/target.h"

#include <gtest/gtest.h>

namespace velum {
namespace {

TEST(Target, IsDecodedByTheRulesOfItsPart) {
  const auto target =
      Target::parse("/api/a+b/%40x/@y/", "alternativeKey=e+mail&reason=a%20b&x&x=2");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->segments, (std::vector<std::string>{"api", "a+b", "@x", "@y"}));
  EXPECT_EQ(target->query("alternativeKey"), "e mail");
  EXPECT_EQ(target->query("reason"), "a b");
  EXPECT_EQ(target->query("x"), "");  // The first one counts.
  EXPECT_EQ(target->query("none"), std::nullopt);
}

TEST(Target, RefusesWhatIsNotWellFormed) {
  for (const std::string_view path : {"/a%", "/a%4", "/a%zz", "/a%00", "/a%0a", "//a", "/a//b"}) {
    EXPECT_FALSE(Target::parse(path, "")) << path;
  }
  for (const std::string_view query : {"a=%", "%=a", "a=%00", "a=b%g1"}) {
    EXPECT_FALSE(Target::parse("/", query)) << query;
  }
  EXPECT_TRUE(Target::parse("/", "&&a=b&"));
}

}  // namespace
}  // namespace velum
