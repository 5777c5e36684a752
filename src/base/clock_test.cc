#include "base/clock.h"

#include <gtest/gtest.h>

namespace velum {
namespace {

TEST(Instant, HasTheDocumentedSpelling) {
  struct Case {
    std::int64_t ticks;
    std::string_view text;
  };
  static constexpr Case cases[] = {
      {0, "1970-01-01T00:00:00.0000000+00:00"},
      {16413972975009471, "2022-01-05T15:41:37.5009471+00:00"},
      {17091648000000001, "2024-02-29T00:00:00.0000001+00:00"},
      {-1, "1969-12-31T23:59:59.9999999+00:00"},
  };
  for (const auto& [ticks, text] : cases) {
    EXPECT_EQ(to_text(Instant(Ticks(ticks))), text);
    EXPECT_EQ(parse_instant(text), Instant(Ticks(ticks)));
  }
}

TEST(Instant, RefusesEveryOtherSpelling) {
  for (const std::string_view text :
       {"", "2022-01-05T15:41:37Z", "2022-02-30T00:00:00.0000000+00:00",
        "2022-01-05T25:00:00.0000000+00:00", "2022-01-05 15:41:37.5009471+00:00",
        "2022-01-05T15:41:37.5009471+01:00", "2022-01-05T15:41:37.50094x1+00:00"}) {
    EXPECT_FALSE(parse_instant(text)) << text;
  }
}

}  // namespace
}  // namespace velum
