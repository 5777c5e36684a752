#include "schema/for_test.h"

namespace velum {
namespace {

TEST(Compile, RefusesWhatItDoesNotCheck) {
  struct Case {
    std::string_view schema, message;
  };
  static constexpr std::string_view unknown = "the schema has a keyword that is not allowed";
  static constexpr std::string_view names =
      "required, v-indexed and v-unique must name each property once";
  static constexpr std::string_view lists =
      "required, v-indexed and v-unique must be lists of names";
  static constexpr std::string_view counts =
      "minLength, maxLength and documentTTL must be whole numbers";
  static constexpr Case cases[] = {
      {"{", "the schema is not JSON"},
      {R"({"type":"object","type":"object"})", "the schema is not JSON"},
      {"[]", "a schema must be an object"},
      {R"({"$id":"x"})", unknown},
      {R"({"properties":{"a":{"minimum":1}}})", unknown},
      {R"({"properties":{"a":{"pattern":"x"}}})", "pattern is not allowed in a schema"},
      {R"({"properties":{"a":{"format":"email"}}})", "format is not allowed in a schema"},
      {R"({"properties":{"a":{"$ref":"x"}}})", "$ref is not allowed in a schema"},
      {R"({"oneOf":[]})", "oneOf, anyOf, allOf and not are not allowed in a schema"},
      {R"({"properties":{"a":{"not":{}}}})",
       "oneOf, anyOf, allOf and not are not allowed in a schema"},
      {R"({"pii":false})", "pii is allowed in a property only"},
      {R"({"properties":{"a":{"documentTTL":1}}})",
       "documentTTL is allowed at the top of a schema only"},
      {R"({"type":"array"})", "the type of a document must be object"},
      {R"({"properties":[]})", "properties must be an object"},
      {R"({"properties":{"a":true}})", "a schema must be an object"},
      {R"({"properties":{"":{}}})", "a property's name must be 1 to 128 bytes long"},
      {R"({"properties":{"a":{},"A":{}}})", "two properties have the same name but for case"},
      {R"({"properties":{"a":{"type":"text"}}})", "type names no type of JSON"},
      {R"({"properties":{"a":{"type":[]}}})", "type must not be empty"},
      {R"({"properties":{"a":{"type":1}}})", "type must be a string or a list of strings"},
      {R"({"properties":{"a":{"pii":"no"}}})",
       "pii, sensitive and additionalProperties must be true or false"},
      {R"({"properties":{"a":{"sensitive":0}}})",
       "pii, sensitive and additionalProperties must be true or false"},
      {R"({"additionalProperties":{}})",
       "pii, sensitive and additionalProperties must be true or false"},
      {R"({"properties":{"a":{"mask":"none"}}})", "mask must be documented or fixed"},
      {R"({"properties":{"a":{"enum":1}}})", "enum must be a list"},
      {R"({"properties":{"a":{"maxLength":-1}}})", counts},
      {R"({"properties":{"a":{"maxLength":1.5}}})", counts},
      {R"({"properties":{"a":{"maxLength":99999999999}}})", counts},
      {R"({"properties":{"a":{"required":[]}}})",
       "required and additionalProperties need properties beside them"},
      {R"({"properties":{"a":{"items":{"pattern":"x"}}}})", "pattern is not allowed in a schema"},
      {R"({"required":["a"]})", names},
      {R"({"required":[1]})", names},
      {R"({"properties":{"a":{}},"required":["a","A"]})", names},
      {R"({"required":"a"})", lists},
      {R"({"v-indexed":["a"]})", names},
      {R"({"properties":{"a":{"type":"number"}},"v-indexed":["a"]})",
       "an indexed property must be a string"},
      {R"({"properties":{"a":{}},"v-unique":["a"]})", "a unique property must be indexed"},
      {R"({"documentTTL":0})", "documentTTL must be 1 to 36525 days"},
      {R"({"documentTTL":"7"})", counts},
  };
  for (const auto& [schema, message] : cases) {
    const auto result = Schema::compile(EntityId::profile, 1, schema);
    ASSERT_FALSE(result) << schema;
    EXPECT_EQ(result.error().code(), ErrorCode::invalid_argument) << schema;
    EXPECT_EQ(result.error().message(), message) << schema;
  }
}

TEST(Compile, TakesWhatItAllows) {
  const auto schema = compiled(R"({"title":"t","description":"d","documentTTL":30,
      "properties":{"Code":{"type":"string"},"a":{"type":"object","title":"x",
      "properties":{"b":{"type":["integer","null"],"enum":[1,null]}},"required":["b"],
      "additionalProperties":false}},"v-indexed":["code"],"v-unique":["CODE"]})");
  ASSERT_TRUE(schema);
  EXPECT_EQ(schema->document_ttl_days(), 30U);
  EXPECT_EQ(schema->revision(), 2U);
  const LookupRule* const rule = schema->lookup_rule("cODE");
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(rule->field, "Code");
  EXPECT_EQ(rule->label, "profile.Code");
  EXPECT_TRUE(rule->unique);
  EXPECT_TRUE(compiled("{}"));
}

TEST(Compile, HoldsTheNumberOfProperties) {
  const auto schema_of = [](int count) {
    std::string text = R"({"properties":{"f":{})";
    for (int i = 1; i < count; ++i) text.append(",\"f" + std::to_string(i) + "\":{}");
    return text + "}}";
  };
  EXPECT_TRUE(Schema::compile(EntityId::profile, 1, schema_of(256)));
  EXPECT_FALSE(Schema::compile(EntityId::profile, 1, schema_of(257)));
}

}  // namespace
}  // namespace velum
