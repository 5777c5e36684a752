#include "schema/custom_fields.h"

#include "schema/for_test.h"

namespace velum {
namespace {

constexpr std::string_view plain = R"({"type":"string","pii":true,"sensitive":true})";

Result<std::shared_ptr<const Schema>> with(std::string_view custom) {
  return Schema::with_custom_fields(EntityId::profile, 2, custom);
}

TEST(CustomFields, AreAddedToTheDefaultOnes) {
  const auto schema = with(R"({ "nick": {"type":["string","null"],"pii":true,"sensitive":true},
      "level":{"type":"integer","pii":false,"sensitive":false,"enum":[1,2]},
      "title":{"type":"string","pii":false,"sensitive":false},
      "pet":{"type":"object","pii":true,"sensitive":true,
        "properties":{"name":{"type":"string"},"kind":{"type":"string","pii":false}}}})");
  ASSERT_TRUE(schema);
  EXPECT_EQ((*schema)->revision(), 2U);
  EXPECT_NE((*schema)->text().find("firstName"), std::string_view::npos);
  EXPECT_TRUE((*schema)->custom_fields().starts_with(R"({"nick":{"type":["string","null"])"));
  EXPECT_TRUE((*schema)->lookup_rule("email")->unique);
  WipedText out;
  const auto document = parsed(R"({"firstName":"Ana","NICK":"Aninha","level":2,"title":"Dr",)"
                               R"("pet":{"name":"Rex","kind":"dog"}})");
  (*schema)->mask_document(MaskStyle::documented, document.root(), out);
  EXPECT_EQ(view(out), R"({"firstName":"A**","NICK":"A*****","level":2,"title":"Dr",)"
                       R"("pet":{"name":"R**","kind":"dog"}})");
}

TEST(CustomFields, NoneIsTheDefaultSchema) {
  const auto schema = with(" { } ");
  ASSERT_TRUE(schema);
  EXPECT_EQ((*schema)->custom_fields(), "{}");
  EXPECT_EQ(written(parsed((*schema)->text()).root()),
            written(parsed(Schema::default_for(EntityId::profile)->text()).root()));
}

TEST(CustomFields, AreRefusedWithTheReason) {
  struct Case {
    std::string_view custom, message;
    std::string_view subject = {};
    ErrorCode code = ErrorCode::invalid_argument;
  };
  static constexpr std::string_view choices =
      "oneOf, anyOf, allOf and not are not allowed in a schema";
  static constexpr std::string_view default_field = "a default field cannot be changed";
  static constexpr std::string_view never_indexed =
      "v-indexed and v-unique: custom fields are never either";
  static constexpr std::string_view needed = "a custom field must have type, pii and sensitive";
  static constexpr std::string_view mandatory = "required: custom fields are never mandatory";
#define FIELD R"("type":"string","pii":false,"sensitive":false)"
  static constexpr Case cases[] = {
      {"[]", "custom fields must be an object"},
      {R"({"a":1})", "a custom field must be an object"},
      {R"({"a":null})", "a custom field must be an object"},
      {R"({"a":{}})", needed},
      {R"({"a":{"type":"string","pii":true}})", needed},
      {R"({"a":{"type":"string","sensitive":true}})", needed},
      {R"({"a":{"pii":true,"sensitive":true}})", needed},
      {R"({"properties":{"a":{"type":"string","pii":true,"sensitive":true}}})", needed},
      {R"({"required":["a"]})", mandatory},
      {R"({"a":{)" FIELD R"(,"required":["b"],"properties":{"b":{}}}})", mandatory},
      {R"({"a":{)" FIELD R"(,"properties":{"b":{"properties":{},"required":[]}}}})", mandatory},
      {R"({"a":{)" FIELD R"(,"items":{"properties":{},"required":[]}}})", mandatory},
      {R"({"v-indexed":["a"]})", never_indexed},
      {R"({"v-unique":["a"]})", never_indexed},
      {R"({"a":{)" FIELD R"(,"v-unique":true}})", never_indexed},
      {R"({"documentTTL":30})", "documentTTL is not a custom field's matter"},
      {R"({"oneOf":[]})", choices},
      {R"({"a":{)" FIELD R"(,"anyOf":[]}})", choices},
      {R"({"a":{)" FIELD R"(,"items":{"allOf":[]}}})", choices},
      {R"({"a":{)" FIELD R"(,"properties":{"b":{"not":{}}}}})", choices},
      {R"({"email":{)" FIELD "}}", default_field, "email"},
      {R"({"BirthDate":{)" FIELD "}}", default_field, "birthdate"},
      {R"({"a":{)" FIELD R"(},"A":{)" FIELD "}}", "two properties have the same name but for case"},
      {R"({"a":{)" FIELD R"(,"pattern":"x"}})", "pattern is not allowed in a schema"},
      {R"({"a":{)" FIELD R"(,"minimum":1}})", "the schema has a keyword that is not allowed"},
      {R"({"a":{)" FIELD R"(,"normalise":"iban"}})",
       "normalise must be email, phone, document or text"},
      {R"({"a":{)" FIELD R"(,"normalise":1}})", "normalise must be email, phone, document or text"},
      {R"({"a":{)" FIELD R"(,"mask":"none"}})", "mask must be documented or fixed"},
      {R"({"":{)" FIELD "}}", "a property's name must be 1 to 128 bytes long"},
      {R"({"a":{"type":"text","pii":true,"sensitive":true}})", "type names no type of JSON"},
  };
#undef FIELD
  for (const Case& c : cases) {
    const auto schema = with(c.custom);
    ASSERT_FALSE(schema) << c.custom;
    EXPECT_EQ(schema.error().code(), c.code) << c.custom;
    EXPECT_EQ(schema.error().message(), c.message) << c.custom;
    EXPECT_EQ(schema.error().subject(), c.subject) << c.custom;
  }
  EXPECT_EQ(with("{").error().code(), ErrorCode::invalid_json);
  EXPECT_EQ(with(R"({"a":{},"a":{}})").error().code(), ErrorCode::invalid_json);
}

TEST(CustomFields, AreBoundedInNumberSizeAndDepth) {
  const auto many = [](int count) {
    std::string text = "{";
    for (int i = 0; i < count; ++i) {
      text.append(i == 0 ? "" : ",").append("\"f" + std::to_string(i) + "\":").append(plain);
    }
    return text + "}";
  };
  EXPECT_TRUE(with(many(240)));
  EXPECT_EQ(with(many(241)).error().message(), "an object may declare at most 256 properties");
  const auto big = [](std::size_t size) {
    const std::string head = R"({"a":{"type":"string","pii":true,"sensitive":true,"title":")";
    return head + std::string(size - head.size() - 3, 'x') + "\"}}";
  };
  EXPECT_TRUE(with(big(65'536)));
  EXPECT_EQ(with(big(65'537)).error().code(), ErrorCode::too_large);
  const auto deep = [](int depth) {
    std::string text = R"({"a":{"type":"string","pii":true,"sensitive":true)";
    for (int i = 0; i < depth; ++i) text += R"(,"items":{"title":"x")";
    return text + std::string(static_cast<std::size_t>(depth) + 2, '}');
  };
  EXPECT_TRUE(with(deep(60)));
  EXPECT_EQ(with(deep(61)).error().code(), ErrorCode::invalid_json);
}

TEST(CustomFields, NormaliseSaysWhatAFieldIsInPlaceOfItsName) {
  const auto schema = with(R"({
      "fax":{"type":"string","pii":true,"sensitive":true,"normalise":"phone"},
      "ids":{"type":"array","pii":true,"sensitive":true,"normalise":"document",
        "items":{"type":"string"}},
      "phone":{"type":"string","pii":true,"sensitive":true,"normalise":"text"},
      "cvv":{"type":"string","pii":true,"sensitive":true,"normalise":"phone"},
      "cardNumber":{"type":"string","pii":true,"sensitive":true,"normalise":"document"},
      "work":{"type":"string","pii":true,"sensitive":true,"normalise":"email"}})");
  ASSERT_TRUE(schema);
  const auto refusal = [&schema](std::string_view members) {
    const auto document = parsed(R"({"email":"a@example.com",)" + std::string(members) + "}");
    const auto done = (*schema)->validate(document.root());
    return done ? std::optional<ErrorCode>() : done.error().code();
  };
  constexpr std::nullopt_t taken = std::nullopt;
  EXPECT_EQ(refusal(R"("fax":"4111111111111111")"), taken);
  EXPECT_EQ(refusal(R"("ids":["4111111111111111"])"), taken);
  EXPECT_EQ(refusal(R"("phone":"4111111111111111")"), ErrorCode::card_data);
  EXPECT_EQ(refusal(R"("other":"4111111111111111")"), ErrorCode::card_data);
  EXPECT_EQ(refusal(R"("cvv":"123")"), ErrorCode::card_data) << "whatever it is said to be";
  EXPECT_EQ(refusal(R"("cardNumber":"4111111111111111")"), ErrorCode::card_data);
  EXPECT_EQ(refusal(R"("work":"ana@example.com")"), taken);
  EXPECT_EQ(refusal(R"("work":"ana")"), ErrorCode::invalid_field);
}

}  // namespace
}  // namespace velum
