#include "schema/for_test.h"

namespace velum::validate_test {
namespace {

constexpr std::string_view test_schema = R"({
  "properties": {
    "email": {"type": "string", "pii": true},
    "name": {"type": ["string", "null"], "minLength": 2, "maxLength": 4, "pii": true},
    "age": {"type": "integer", "pii": true},
    "score": {"type": ["integer", "number"], "pii": false},
    "size": {"enum": ["S", "M", null, 7], "pii": false},
    "tags": {"type": "array", "items": {"type": "string", "maxLength": 3}, "pii": false},
    "phone": {"type": "string"},
    "cardNumber": {"type": "string"},
    "address": {
      "type": "object",
      "properties": {"street": {"type": "string"}, "number": {"type": "string", "pii": false}},
      "required": ["street"],
      "additionalProperties": false
    }
  },
  "required": ["email"]
})";

struct Case {
  std::string_view document;
  ErrorCode code = ErrorCode::io;  // io: accepted.
  std::string_view subject = {};
};

void expect(const Case& row, const Result<void>& result) {
  if (row.code == ErrorCode::io) {
    EXPECT_TRUE(result) << row.document << (result ? "" : result.error().message());
    return;
  }
  ASSERT_FALSE(result) << row.document;
  EXPECT_EQ(result.error().code(), row.code) << row.document << result.error().message();
  EXPECT_EQ(result.error().subject(), row.subject) << row.document;
}

TEST(Validate, HoldsADocumentToItsSchema) {
  using enum ErrorCode;
  static constexpr Case cases[] = {
      {R"({"email":"a@b"})"},
      {R"({"EMAIL":"a@b","extra":{"deep":[1,null,{"x":"y"}]}})"},
      {R"({"email":"a@b","name":null,"age":-3,"score":1.5,"size":"M","tags":["abc","éé"]})"},
      {R"({"email":"a@b","name":"日本語字","age":2.0,"size":7,"address":{"street":"x"}})"},
      {"[]", invalid_argument},
      {"null", invalid_argument},
      {"{}", invalid_field, "email"},
      {R"({"email":null})", invalid_field, "email"},
      {R"({"email":"nobody"})", invalid_field, "email"},
      {R"({"email":""})", invalid_field, "email"},
      {R"({"email":"a@b","Email":"a@b"})", invalid_field, "email"},
      {R"({"email":"a@b","name":"A"})", invalid_field, "name"},
      {R"({"email":"a@b","name":"abcde"})", invalid_field, "name"},
      {R"({"email":"a@b","name":"a***b"})", invalid_field, "name"},
      {R"({"email":"a@b","name":7})", invalid_field, "name"},
      {R"({"email":"a@b","age":1.5})", invalid_field, "age"},
      {R"({"email":"a@b","age":null})", invalid_field, "age"},
      {R"({"email":"a@b","size":"XL"})", invalid_field, "size"},
      {R"({"email":"a@b","tags":["abcd"]})", invalid_field, "tags"},
      {R"({"email":"a@b","tags":[1]})", invalid_field, "tags"},
      {R"({"email":"a@b","tags":{}})", invalid_field, "tags"},
      {R"({"email":"a@b","address":{}})", invalid_field, "street"},
      {R"({"email":"a@b","address":{"street":"x","Street":"x"}})", invalid_field, "street"},
      {R"({"email":"a@b","address":{"street":"x","zip":"1"}})", invalid_field},
      {R"({"email":"a@b","address":[]})", invalid_field, "address"},
  };
  const auto schema = compiled(test_schema);
  for (const Case& row : cases) expect(row, schema->validate(parsed(row.document).root()));
}

TEST(Validate, KeepsCardDataOutAtAnyDepth) {
  using enum ErrorCode;
  static constexpr Case cases[] = {
      {R"({"email":"a@b","phone":"4111111111111111"})"},
      {R"({"email":"a@b","cardNumber":"************1111"})"},
      {R"({"email":"a@b","x":[{"CARDNUMBER":"411111******1111","CVV":null}]})"},
      {R"({"email":"a@b","x":{"cardNumber":null}})"},
      {R"({"email":"a@b","name":"4111111111111111"})", card_data, "name"},
      {R"({"email":"a@b","x":"pay with 4111 1111 1111 1111"})", card_data},
      {R"({"email":"a@b","x":[[{"y":4111111111111111}]]})", card_data},
      {R"({"email":"a@b","x":{"phone":"4111111111111111"}})", card_data},
      {R"({"email":"a@b","4111111111111111":1})", card_data},
      {R"({"email":"a@b","tags":["x","5555-5555-5555-4444"]})", card_data, "tags"},
      {R"({"email":"a@b","address":{"street":"4111111111111111"}})", card_data, "street"},
      {R"({"email":"a@b","cardNumber":"4111111111111112"})", card_data, "cardNumber"},
      {R"({"email":"a@b","x":{"cardnumber":4111111111111112}})", card_data},
      {R"({"email":"a@b","x":{"cardNumber":{"first":"4111"}}})", card_data},
      {R"({"email":"a@b","x":{"cardNumber":["4111111111111112"]}})", card_data},
      {R"({"email":"a@b","x":[{"cvv":"123"}]})", card_data},
      {R"({"email":"a@b","SecurityCode":123})", card_data},
      {R"({"email":"a@b","cvc":""})", card_data},
  };
  const auto schema = compiled(test_schema);
  for (const Case& row : cases) {
    expect(row, schema->validate(parsed(row.document).root()));
    expect(row, schema->validate_patch(parsed(row.document).root()));
  }
}

TEST(Validate, HoldsAPatchToLess) {
  using enum ErrorCode;
  static constexpr Case cases[] = {
      {"{}"},
      {R"({"name":null,"extra":null})"},
      {R"({"address":{"number":"1"}})"},
      {R"({"email":"a***"})"},
      {R"({"name":"a******"})"},
      {R"({"age":null})"},
      {"[]", invalid_argument},
      {R"({"email":null})", invalid_field, "email"},
      {R"({"email":"a"})", invalid_field, "email"},
      {R"({"tags":["****"]})", invalid_field, "tags"},
      {R"({"score":null})", invalid_field, "score"},
      {R"({"age":"1"})", invalid_field, "age"},
      {R"({"birth":1,"name":"abcde"})", invalid_field, "name"},
      {R"({"name":"ab","NAME":"ab"})", invalid_field, "name"},
  };
  const auto schema = compiled(test_schema);
  for (const Case& row : cases) expect(row, schema->validate_patch(parsed(row.document).root()));
}

}  // namespace
}  // namespace velum::validate_test
