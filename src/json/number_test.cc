#include "json/number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

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

TEST(Number, ComparesByValue) {
  // Ascending; those in one row are equal.
  const std::vector<std::vector<std::string_view>> rows = {
      {"-1e300"},
      {"-12.5", "-125e-1", "-0.125E2"},
      {"-1"},
      {"0", "-0", "0.000", "0e99", "-0.0e-7"},
      {"1e-999999999999"},
      {"0.09", "9e-2"},
      {"0.1", "0.10", "1e-1", "10e-2"},
      {"1", "1.0", "10e-1", "0.001e3"},
      {"9"},
      {"10", "1e1"},
      {"18", "18.0"},
      {"18.0000000000000000001"},
      {"9007199254740992"},
      {"9007199254740993", "9007199254740993.0"},
      {"1e300"},
      {"10e300"},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows.size(); ++j) {
      for (const std::string_view left : rows[i]) {
        for (const std::string_view right : rows[j]) {
          EXPECT_EQ(compare_numbers(left, right), i <=> j) << left << " " << right;
        }
      }
    }
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
