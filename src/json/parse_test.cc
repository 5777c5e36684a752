#include <string>

#include "json/for_test.h"

namespace velum::json {
namespace {

TEST(Parse, ReadsEveryKind) {
  const Document document = parsed(R"( {"a": [null, true, false, -12.750, 1E5, "x"],)"
                                   R"( "": {"é\u00e9\ud83d\ude00": "\"\\\/\b\f\n\r\t"}} )");
  const Value& root = document.root();
  ASSERT_TRUE(root.is_object());
  const auto items = root.find("a")->items();
  ASSERT_EQ(items.size(), 6U);
  EXPECT_TRUE(items[0].is_null());
  EXPECT_TRUE(items[1].boolean());
  EXPECT_FALSE(items[2].boolean());
  EXPECT_EQ(items[3].text(), "-12.750");
  EXPECT_EQ(items[4].text(), "1E5");
  EXPECT_EQ(items[5].text(), "x");
  const Member& escaped = root.find("")->members()[0];
  EXPECT_EQ(escaped.name, "éé😀");
  EXPECT_EQ(escaped.value.text(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(root.find("A"), nullptr);
}

TEST(Parse, KeepsLongEscapedTextWhole) {
  std::string text = "\"";
  std::string want;
  for (int i = 0; i < 20'000; ++i) {
    text.append("ab\\n\xC3\xA9\\u00e9");
    want.append("ab\n\xC3\xA9\xC3\xA9");
  }
  EXPECT_EQ(parsed(text.append("\"")).root().text(), want);
}

TEST(Parse, RefusesAndSaysWhy) {
  struct Case {
    std::string_view text, message;
  };
  static constexpr std::string_view not_json = "the text is not JSON in UTF-8";
  static constexpr std::string_view too_big = "a number is too big";
  static constexpr std::string_view twice = "a member name appears twice in one object";
  static constexpr Case cases[] = {
      {"", not_json},
      {"{} x", not_json},
      {"{}{}", not_json},
      {"[1,]", not_json},
      {"{'a':1}", not_json},
      {"// comment\n1", not_json},
      {"NaN", not_json},
      {"-Infinity", not_json},
      {"1e400", too_big},
      {"[-1e309]", too_big},
      {"1.8e308", too_big},
      {R"({"a":1,"b":2,"a":1})", twice},
      {R"([{"a":{"x":0,"\u0078":0}}])", twice},
      {"\xEF\xBB\xBF{}", not_json},
      {"\"\xFF\"", not_json},
      {"\"\xC0\xAF\"", not_json},
      {"\"\xED\xA0\x80\"", not_json},
      {"\"\xF4\x90\x80\x80\"", not_json},
      {"\"\xC3", not_json},
      {R"("\ud800")", not_json},
      {R"("\udc00")", not_json},
      {R"("\ud800\u0041")", not_json},
      {R"({"\ud800":1})", not_json},
  };
  for (const auto& [text, message] : cases) {
    SCOPED_TRACE(std::string(text));
    const auto document = Document::parse(text);
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().code(), ErrorCode::invalid_json);
    EXPECT_EQ(document.error().message(), message);
  }
}

TEST(Parse, HoldsTheDepthLimit) {
  const auto nested = [](std::size_t depth, std::string_view open, std::string_view close) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text.append(open);
    text.append("1");
    for (std::size_t i = 0; i < depth; ++i) text.append(close);
    return text;
  };
  for (const bool object : {false, true}) {
    const std::string_view open = object ? R"({"a":)" : "[";
    const std::string_view close = object ? "}" : "]";
    const auto deepest = Document::parse(nested(64, open, close));
    ASSERT_TRUE(deepest);
    EXPECT_EQ(written(deepest->root()), nested(64, open, close));
    const auto deeper = Document::parse(nested(65, open, close));
    ASSERT_FALSE(deeper);
    EXPECT_EQ(deeper.error().message(), "the JSON is nested too deeply");
    EXPECT_TRUE(Document::parse(nested(3, open, close), {.depth_max = 3}));
    EXPECT_FALSE(Document::parse(nested(4, open, close), {.depth_max = 3}));
  }
}

TEST(Parse, KeepsTheLastOfADuplicateWhenAskedTo) {
  const ParseLimits lenient{.duplicates = DuplicateNames::keep_last};
  const auto document = Document::parse(R"({"a":1,"b":2,"a":{"c":1,"c":2},"d":3})", lenient);
  ASSERT_TRUE(document);
  EXPECT_EQ(written(document->root()), R"({"a":{"c":2},"b":2,"d":3})");
}

TEST(Parse, FindsADuplicateInAWideObject) {
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) {
    text.append("\"name").append(std::to_string(i)).append("\":0,");
  }
  EXPECT_TRUE(Document::parse(text + "\"x\":0}"));
  EXPECT_FALSE(Document::parse(text + "\"name500\":0}"));
  EXPECT_TRUE(Document::parse(text + "\"name500\":0}", {.duplicates = DuplicateNames::keep_last}));
}

TEST(Parse, EveryPrefixOfATextIsRefused) {
  const std::string text = R"({"a":[1.5e2,"\u00e9\ud83d\ude00é",{"b":null}],"c":true})";
  ASSERT_TRUE(Document::parse(text));
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(Document::parse(std::string_view(text).substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace velum::json
