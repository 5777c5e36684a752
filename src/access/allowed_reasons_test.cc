#include "access/allowed_reasons.h"

#include <gtest/gtest.h>

namespace velum {
namespace {

Result<AllowedReasons> reasons_of(std::string_view text) {
  TRY_ASSIGN(const json::Document list, json::Document::parse(text));
  return AllowedReasons::of(list.root());
}

TEST(AllowedReasons, AreReadKeptAndMatchedByTheLetter) {
  const auto reasons = reasons_of(R"(["refund","a \"call\"","d\u00favida"])");
  ASSERT_TRUE(reasons);
  for (const AllowedReasons& one : {*reasons, AllowedReasons::stored(reasons->stored_text())}) {
    EXPECT_FALSE(one.allow_any());
    EXPECT_TRUE(one.allow("refund"));
    EXPECT_TRUE(one.allow("a \"call\""));
    EXPECT_TRUE(one.allow("d\xC3\xBAvida"));
    for (const std::string_view other : {"", "Refund", "refund ", "refunds", "refun", "[", "a"}) {
      EXPECT_FALSE(one.allow(other)) << other;
    }
  }
}

TEST(AllowedReasons, OfWhichThereAreNoneAllowAny) {
  const auto reasons = reasons_of("null");
  ASSERT_TRUE(reasons);
  for (const AllowedReasons& one : {*reasons, AllowedReasons(), AllowedReasons::stored("")}) {
    EXPECT_TRUE(one.allow_any());
    EXPECT_TRUE(one.allow("anything"));
    EXPECT_EQ(one.stored_text(), "");
  }
}

TEST(AllowedReasons, ThatAreNotUnderstoodAreRefused) {
  std::string many = "[\"0\"";
  for (std::size_t at = 1; at <= AllowedReasons::count_max; ++at) {
    many += ",\"" + std::to_string(at) + "\"";
  }
  const std::string longer(AllowedReasons::size_max_bytes + 1, 'a');
  for (const std::string& text :
       {std::string("[]"), std::string("{}"), std::string("\"refund\""), std::string("true"),
        std::string("[1]"), std::string("[\"*\"]"), std::string("[\"\"]"), std::string("[\" a\"]"),
        std::string("[\"a \"]"), std::string("[\"a\\nb\"]"), std::string("[\"a\",\"a\"]"),
        std::string("[\"a\",null]"), many + "]", "[\"" + longer + "\"]"}) {
    EXPECT_FALSE(reasons_of(text)) << text;
  }
}

TEST(AllowedReasons, ThatAreDamagedInTheStoreAllowNone) {
  for (const std::string_view text : {"[", "null", "{}", "[]", "[1]", "\"refund\"", " "}) {
    const AllowedReasons reasons = AllowedReasons::stored(text);
    EXPECT_FALSE(reasons.allow_any()) << text;
    EXPECT_FALSE(reasons.allow("refund")) << text;
    EXPECT_FALSE(reasons.allow("")) << text;
  }
}

}  // namespace
}  // namespace velum
