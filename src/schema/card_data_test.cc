#include "schema/card_data.h"

#include "schema/card_rules.h"
#include "schema/for_test.h"

namespace velum {
namespace {

// Numbers that the issuers publish for tests.
constexpr std::string_view test_numbers[] = {
    "4111111111111111", "4012888888881881", "4222222222222",       "4000056655665556",
    "5555555555554444", "5105105105105100", "5200828282828210",    "2223003122003222",
    "2223000048400011", "378282246310005",  "371449635398431",     "378734493671000",
    "6011111111111117", "6011000990139424", "6011981111111113",    "30569309025904",
    "38520000023237",   "36227206271667",   "3056930009020004",    "3530111333300000",
    "3566002020360505", "6200000000000005", "6205500000000000004", "6362970000457013",
    "5066991111111118", "6062826786276634", "6759649826438453",    "6304000000000000",
};

TEST(CardData, FindsThePublishedTestNumbers) {
  for (const std::string_view number : test_numbers) {
    SCOPED_TRACE(std::string(number));
    std::string grouped;
    std::string dashed;
    for (std::size_t i = 0; i < number.size(); ++i) {
      if (i > 0 && i % 4 == 0) grouped.push_back(' ');
      if (i > 0 && i % 4 == 0) dashed.append(" - ");
      grouped.push_back(number[i]);
      dashed.push_back(number[i]);
    }
    EXPECT_TRUE(holds_card_number(number));
    EXPECT_TRUE(holds_card_number(grouped));
    EXPECT_TRUE(holds_card_number(dashed));
    EXPECT_TRUE(holds_card_number("my card: " + grouped + ", thanks"));
    EXPECT_TRUE(holds_card_number("12 " + std::string(number) + " 7"));
    EXPECT_TRUE(is_card_number(number));

    std::string wrong(number);
    wrong.back() = wrong.back() == '9' ? '0' : static_cast<char>(wrong.back() + 1);
    EXPECT_FALSE(holds_card_number(wrong));
  }
}

TEST(CardData, TellsWhatIsNone) {
  struct Case {
    std::string_view text;
    bool want;
  };
  static constexpr Case cases[] = {
      {"", false},
      {"411111111111", false},
      {"9111111111111111", false},
      {"411111******1111", false},
      {"41111111111111110000", false},
      {"4111.1111.1111.1111", false},
      {"0.4111111111111111", false},
      {"-23,4111111111111111", false},
      {"+5511987654321", false},
      {"+4222222222222", false},
      {"123e4567-e89b-12d3-a456-426614174000", false},
      {"2024-02-29T12:34:56.1234567+00:00", false},
      {"+4111111111111111", true},
      {"x4111111111111111y", true},
      {"4111\t1111\n1111 1111", true},
      {"4111\xC2\xA0"
       "1111\xE2\x80\x93"
       "1111\xE2\x80\x8B"
       "1111",
       true},
      {"４１１１１１１１１１１１１１１１", true},
      {"\xFF"
       "4111111111111111\xFF",
       true},
      {"4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1", true},
  };
  for (const auto& [text, want] : cases) EXPECT_EQ(holds_card_number(text), want) << text;
}

TEST(CardData, JudgesNumbersByValue) {
  for (const std::string_view yes :
       {"4111111111111111", "-4111111111111111", "4111111111111111.0", "4.111111111111111e15",
        "41111111111111110e-1", "0.04111111111111111e17"}) {
    EXPECT_TRUE(is_card_number(yes)) << yes;
  }
  for (const std::string_view no :
       {"0", "12.75", "-46.4111111111111111", "0.4111111111111111", "4111111111111111.5",
        "4111111111111111e1", "1e400", "4111111111111111e999999999999999999", "4111111111111112"}) {
    EXPECT_FALSE(is_card_number(no)) << no;
  }
}

TEST(CardData, KnowsTruncatedNumbersAndNames) {
  for (const std::string_view yes :
       {"", "1111", "************1111", "411111******1111", "41111111XXXX1111", "411111 1111"}) {
    EXPECT_TRUE(is_truncated_card_number(yes)) << yes;
  }
  for (const std::string_view no : {"4111111111111111", "4111111111111112", "411111111111",
                                    "411111111***1111", "4111 1111 111"}) {
    EXPECT_FALSE(is_truncated_card_number(no)) << no;
  }
  for (const std::string_view code :
       {"cvv", "CVC", "Cvv2", "securityCode", "security_code", "CSC"}) {
    EXPECT_EQ(card_member(code), CardMember::security_code) << code;
  }
  EXPECT_EQ(card_member("CardNumber"), CardMember::card_number);
  EXPECT_EQ(card_member("card_number"), CardMember::card_number);
  for (const std::string_view name : {"", "cv", "cellPhone", "securityCodes", "customerCode"}) {
    EXPECT_EQ(card_member(name), CardMember::none) << name;
  }
}

}  // namespace
}  // namespace velum
