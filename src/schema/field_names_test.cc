#include "schema/field_names.h"

#include <gtest/gtest.h>

#include "schema/schema.h"

namespace velum {
namespace {

constexpr std::string_view schema_text = R"json({
  "type": "object",
  "properties": {
    "email": {"type": "string"},
    "phone": {"type": "string"},
    "tier": {"type": "string", "pii": false},
    "points": {"type": "integer"},
    "cards": {"type": "array"},
    "home": {"type": "object", "properties": {
      "city": {"type": "string"}, "street": {"type": "string"},
      "geo": {"type": "object", "properties": {"lat": {"type": "number"}}}}},
    "bag": {"type": "object"},
    "*": {"type": "string"},
    "(undeclared)": {"type": "string"}
  }
})json";

std::shared_ptr<const Schema> schema() {
  auto compiled = Schema::compile(EntityId::profile, 2, schema_text);
  VELUM_CHECK(compiled.has_value());
  return *compiled;
}

using Names = std::vector<std::string>;

TEST(FieldNames, AreFoundAsTheyAreDeclared) {
  const auto one = schema();
  const std::pair<std::string_view, Names> cases[] = {
      {"email", {"email"}}, {"EMAIL,phone,email", {"email", "phone"}},
      {"home", {"home"}},   {"Home.CITY,home.geo.lat", {"home.city", "home.geo.lat"}},
      {"tier", {"tier"}},
  };
  for (const auto& [list, names] : cases) {
    const auto found = declared_fields(one->rules(), list);
    ASSERT_TRUE(found) << list;
    EXPECT_EQ(*found, names) << list;
  }
}

TEST(FieldNames, ThatAreNotDeclaredAreRefusedWithoutBeingRepeated) {
  const auto one = schema();
  std::string many = "email";
  for (std::size_t count = 0; count < field_names_max; ++count) many += ",email";
  for (const std::string& list :
       {std::string(), std::string(","), std::string("email,"), std::string(",email"),
        std::string("secret"), std::string("email,secret"), std::string(" email"),
        std::string("email.x"), std::string("home.secret"), std::string("home."),
        std::string(".home"), std::string("home..city"), std::string("cards.0"),
        std::string("bag.secret"), std::string("*"), std::string("(undeclared)"),
        std::string("email\0", 6), many}) {
    const auto found = declared_fields(one->rules(), list);
    ASSERT_FALSE(found) << list;
    EXPECT_EQ(found.error().code(), ErrorCode::invalid_argument);
    EXPECT_EQ(found.error().subject(), "fields");
  }
}

std::string shown(std::string_view document, const Names& names) {
  const auto parsed = json::Document::parse(document);
  VELUM_CHECK(parsed.has_value());
  WipedText out;
  schema()->mask_all_but_fields(MaskStyle::documented, parsed->root(), names, out);
  return std::string(view(out));
}

TEST(FieldNames, AloneAreShown) {
  constexpr std::string_view person =
      R"({"Email":"ana@x.com","phone":"55512","tier":"gold","points":3,"cards":["a"],)"
      R"("home":{"city":"Ube","street":"Rua","geo":{"lat":1.5}},"bag":{"k":"v"},"other":"Xyz"})";
  const std::pair<Names, std::string_view> cases[] = {
      {{},
       R"({"Email":"a**@x.c**","phone":"5****","tier":"gold","points":null,"cards":[],)"
       R"("home":{"city":"U**","street":"R**","geo":{"lat":null}},"bag":{},"other":"X**"})"},
      {{"email"},
       R"({"Email":"ana@x.com","phone":"5****","tier":"gold","points":null,"cards":[],)"
       R"("home":{"city":"U**","street":"R**","geo":{"lat":null}},"bag":{},"other":"X**"})"},
      {{"cards", "points"},
       R"({"Email":"a**@x.c**","phone":"5****","tier":"gold","points":3,"cards":["a"],)"
       R"("home":{"city":"U**","street":"R**","geo":{"lat":null}},"bag":{},"other":"X**"})"},
      {{"home.city", "home.geo.lat"},
       R"({"Email":"a**@x.c**","phone":"5****","tier":"gold","points":null,"cards":[],)"
       R"("home":{"city":"Ube","street":"R**","geo":{"lat":1.5}},"bag":{},"other":"X**"})"},
      {{"bag", "home", "home.city"},
       R"({"Email":"a**@x.c**","phone":"5****","tier":"gold","points":null,"cards":[],)"
       R"("home":{"city":"Ube","street":"Rua","geo":{"lat":1.5}},"bag":{"k":"v"},"other":"X**"})"},
  };
  for (const auto& [names, expected] : cases) EXPECT_EQ(shown(person, names), expected);
}

TEST(FieldNames, ThatAreNotThereOrOfAnotherKindShowNothing) {
  EXPECT_EQ(shown(R"({"home":"Rua B"})", {"home.city"}), R"({"home":"R** B"})");
  EXPECT_EQ(shown(R"({"home":[{"city":"Ube"}]})", {"home.city"}), R"({"home":[]})");
  EXPECT_EQ(shown(R"({"homecity":"Ube"})", {"home.city"}), R"({"homecity":"U**"})");
  EXPECT_EQ(shown(R"({})", {"email"}), R"({})");
}

}  // namespace
}  // namespace velum
