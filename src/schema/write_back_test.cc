#include "schema/for_test.h"

namespace velum::write_back_test {
namespace {

constexpr std::string_view test_schema = R"({
  "properties": {
    "name": {"type": ["string", "null"], "pii": true},
    "nick": {"type": "string", "pii": true, "mask": "fixed"},
    "gender": {"type": "string", "pii": false},
    "age": {"type": "number", "pii": true},
    "height": {"type": ["number", "null"], "pii": true},
    "list": {"type": "array", "pii": false, "items": {"type": "object",
      "properties": {"street": {"type": "string"}, "city": {"type": "string", "pii": false}}}},
    "home": {"type": "object",
      "properties": {"street": {"type": "string"}, "city": {"type": "string", "pii": false}}}
  }
})";

TEST(WithoutMasks, KeepsCurrentValuesAndNewOnes) {
  struct Case {
    std::string_view current, patch, want;
  };
  static constexpr std::string_view rich =
      R"({"name":"John Doe","nick":"Johnny","age":41,"height":1.8,"points":7,"ok":true,)"
      R"("names":["Ana"],"home":{"street":"Main","city":"Rio","zip":"123"},)"
      R"("list":[{"street":"Main","city":"Rio"}],"obj":{"a":"xyz","n":7},)"
      R"("birthDate":"1925-11-17"})";
  static constexpr Case cases[] = {
      {rich, R"({"name":"Jane"})", R"({"name":"Jane"})"},
      {rich, R"({"name":"J*** D**","gender":"m"})", R"({"gender":"m"})"},
      {rich, R"({"name":"J***"})", "{}"},
      {rich, R"({"nick":"J***"})", "{}"},
      {rich, R"({"NAME":"J*** D**"})", "{}"},
      {rich, R"({"NAME":"Jane"})", R"({"name":"Jane"})"},
      {rich, R"({"Points":"J"})", R"({"Points":"J"})"},
      {rich, R"({"name":null,"height":null,"gone":null})",
       R"({"name":null,"height":null,"gone":null})"},
      {rich, R"({"age":null,"points":null,"ok":null})", "{}"},
      {rich, R"({"age":42,"points":8,"ok":false})", R"({"age":42,"points":8,"ok":false})"},
      {rich, R"({"names":[]})", "{}"},
      {rich, R"({"names":["Bo"]})", R"({"names":["Bo"]})"},
      {rich, R"({"names":null})", R"({"names":null})"},
      {rich, R"({"home":{"street":"M***","city":"Sao"}})", R"({"home":{"city":"Sao"}})"},
      {rich, R"({"home":{"zip":"1**"}})", R"({"home":{}})"},
      {rich, R"({"obj":{"b":"c","n":null}})", R"({"obj":{"b":"c","n":null}})"},
      {rich, R"({"list":[{"street":"M***","city":"Rio"}]})", "{}"},
      {rich, R"({"list":[{"city":"Rio"}]})", R"({"list":[{"city":"Rio"}]})"},
      {rich, R"({"gender":"a**b"})", R"({"gender":"a**b"})"},
      {rich, R"({"x":{"cardNumber":"************1111"}})",
       R"({"x":{"cardNumber":"************1111"}})"},
      {R"({"name":"7"})", R"({"name":"*"})", "{}"},
      {R"({"name":""})", R"({"name":""})", R"({"name":""})"},
      {R"({"name":"**"})", R"({"name":"Ana"})", R"({"name":"Ana"})"},
  };
  const auto schema = compiled(test_schema);
  for (const auto& [current_text, patch_text, want] : cases) {
    const json::Document current = parsed(current_text);
    const json::Document patch = parsed(patch_text);
    json::Arena arena;
    const auto result =
        schema->without_masks(MaskStyle::documented, patch.root(), &current.root(), arena);
    ASSERT_TRUE(result) << patch_text;
    EXPECT_EQ(written(*result), want) << patch_text;
  }
}

TEST(WithoutMasks, RefusesOtherMasks) {
  struct Case {
    std::string_view patch, subject;
  };
  static constexpr Case cases[] = {
      {R"({"name":"K***"})", "name"},
      {R"({"Name":"*"})", "name"},
      {R"({"extra":"a**"})", ""},
      {R"({"home":{"street":"X***"}})", "street"},
      {R"({"deep":{"deeper":{"x":"a**"}}})", ""},
      {R"({"names":["a**"]})", ""},
      {R"({"deep":[[{"x":"a**"}]]})", ""},
      {R"({"list":[{"street":"X***","city":"Rio"}]})", "street"},
  };
  const auto schema = compiled(test_schema);
  const json::Document current = parsed(R"({"name":"John","list":[{"street":"Main"}]})");
  for (const auto& [patch_text, subject] : cases) {
    const json::Document patch = parsed(patch_text);
    for (const json::Value* before : {&current.root(), static_cast<const json::Value*>(nullptr)}) {
      json::Arena arena;
      const auto result = schema->without_masks(MaskStyle::documented, patch.root(), before, arena);
      ASSERT_FALSE(result) << patch_text;
      EXPECT_EQ(result.error().code(), ErrorCode::masked_value);
      EXPECT_EQ(result.error().subject(), subject) << patch_text;
    }
  }
  json::Arena arena;
  EXPECT_FALSE(schema->without_masks(MaskStyle::documented, json::Arena::null(), nullptr, arena));
}

// Whoever may write but not unmask must not find out by trying what no masked read shows: the
// length of a value behind a fixed mask, or the first letter of one that is left out.
TEST(WithoutMasks, KnowsNoMaskThatNoReadShows) {
  struct Case {
    MaskStyle style;
    std::string_view patch;
  };
  static constexpr Case cases[] = {
      {MaskStyle::fixed, R"({"name":"J*** D**"})"},
      {MaskStyle::fixed, R"({"home":{"zip":"1**"}})"},
      {MaskStyle::documented, R"({"nick":"J*****"})"},
      {MaskStyle::documented, R"({"obj":{"a":"x**"}})"},
      {MaskStyle::documented, R"({"obj":{"a":"x***"}})"},
      {MaskStyle::documented, R"({"home":{"more":{"a":"x**"}}})"},
  };
  const auto schema = compiled(test_schema);
  const json::Document current =
      parsed(R"({"name":"John Doe","nick":"Johnny","obj":{"a":"xyz"},)"
             R"("home":{"street":"Main","zip":"123","more":{"a":"xyz"}}})");
  for (const auto& [style, patch_text] : cases) {
    const json::Document patch = parsed(patch_text);
    json::Arena arena;
    const auto result = schema->without_masks(style, patch.root(), &current.root(), arena);
    ASSERT_FALSE(result) << patch_text;
    EXPECT_EQ(result.error().code(), ErrorCode::masked_value);
  }
}

// What was read masked and is sent back whole changes nothing, in either style.
TEST(WithoutMasks, AMaskedReadSentBackChangesNothing) {
  const auto schema = compiled(test_schema);
  const json::Document current = parsed(
      R"({"name":"John Doe","nick":"Bo","age":41,"gender":"m","points":7,"ok":true,"none":null,
          "names":["Ana"],"home":{"street":"Main","city":"Rio","zip":"123"},"obj":{"a":"xyz"},
          "list":[{"street":"Main","city":"Rio"},{"street":"7"}],"empty":"","one":"A-B"})");
  for (const MaskStyle style : {MaskStyle::documented, MaskStyle::fixed}) {
    WipedText out;
    schema->mask_document(style, current.root(), out);
    const json::Document patch = parsed(view(out));
    EXPECT_TRUE(schema->validate_patch(patch.root()));
    json::Arena arena;
    const auto guarded = schema->without_masks(style, patch.root(), &current.root(), arena);
    ASSERT_TRUE(guarded);
    const json::Value merged = json::merge_patch(current.root(), *guarded, arena);
    json::Value expected =
        json::merge_patch(current.root(), parsed(R"({"none":null})").root(), arena);
    EXPECT_EQ(written(merged), written(expected));
  }
}

}  // namespace
}  // namespace velum::write_back_test
