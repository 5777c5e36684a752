#include "json/number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <random>
#include <string>

namespace velum::json {
namespace {

TEST(Number, FollowsTheGrammar) {
  for (const std::string_view text : {"0", "-0", "10", "0.0", "1.50", "1e5", "1E+05", "-0.1e-9"}) {
    EXPECT_TRUE(is_number(text)) << text;
  }
  for (const std::string_view text :
       {"", "-", "+1", "01", ".5", "1.", "1e", "1e+", "1x", " 1", "NaN", "0x1", "1.5.5", "--1"}) {
    EXPECT_FALSE(is_number(text)) << text;
  }
}

TEST(Number, IsIntegerByValue) {
  for (const std::string_view text : {"0", "-7", "1.0", "1.50e1", "10e-1", "1e400", "0e-5", "0.0",
                                      "123456789012345678901234567890", "1e9999999999999999999"}) {
    EXPECT_TRUE(is_integer(text)) << text;
  }
  for (const std::string_view text : {"0.5", "1.55e1", "15e-1", "1e-1", "0.1e-99999999999999999"}) {
    EXPECT_FALSE(is_integer(text)) << text;
  }
}

TEST(Number, IsFiniteWhereADoubleIs) {
  const std::string zeros(400, '0');
  const std::string texts[] = {"0",
                               "1e308",
                               "1e309",
                               "1.7976931348623157e308",
                               "1.7976931348623158e308",
                               "1.7976931348623159e308",
                               "17976931348623157e292",
                               "0.00017976931348623157e312",
                               "0.00018e312",
                               "1e-400",
                               "0e999999999999999999999",
                               "1e99999999999999999999",
                               "1e-99999999999999999999",
                               "1" + zeros,
                               "1" + zeros + "e-100",
                               "0." + zeros + "1e709",
                               "0." + zeros + "1e710",
                               "0." + zeros + "1e711",
                               "-1e309"};
  for (const std::string& text : texts) {
    EXPECT_EQ(is_finite(text), std::isfinite(std::strtod(text.c_str(), nullptr))) << text;
  }
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = std::to_string(random() % 1000);
    if (random() % 2 == 0) text.append(".").append(std::to_string(random()));
    text.append("e").append(std::to_string(static_cast<int>(random() % 20) + 298));
    EXPECT_EQ(is_finite(text), std::isfinite(std::strtod(text.c_str(), nullptr))) << text;
  }
}

}  // namespace
}  // namespace velum::json
