#include "schema/for_test.h"

namespace velum::redact_test {
namespace {

constexpr std::string_view test_schema = R"({
  "properties": {
    "name": {"type": ["string", "null"], "pii": true},
    "nick": {"type": "string", "pii": true, "mask": "fixed"},
    "unmarked": {"type": "string"},
    "gender": {"type": "string", "sensitive": true, "pii": false},
    "points": {"type": "number", "pii": false},
    "age": {"type": "number", "pii": true},
    "tags": {"type": "array", "items": {"type": "string"}, "pii": false},
    "any": {"type": ["array", "object"], "pii": false},
    "names": {"type": "array", "pii": true},
    "list": {"type": "array", "pii": false, "items": {"type": "object",
      "properties": {"street": {"type": "string"}, "city": {"type": "string", "pii": false}}}},
    "home": {"type": "object", "pii": true,
      "properties": {"street": {"type": "string"}, "city": {"type": "string", "pii": false}}}
  }
})";

std::string masked_document(const Schema& schema, MaskStyle style, std::string_view text) {
  WipedText out;
  schema.mask_document(style, parsed(text).root(), out);
  return std::string(view(out));
}

TEST(MaskDocument, HidesWhatIsNotDeclaredClear) {
  struct Case {
    std::string_view document, want;
  };
  static constexpr Case cases[] = {
      {"{}", "{}"},
      {R"({"name":"John Doe"})", R"({"name":"J*** D**"})"},
      {R"({"NAME":"John"})", R"({"NAME":"J***"})"},
      {R"({"name":""})", R"({"name":""})"},
      {R"({"name":null})", R"({"name":null})"},
      {R"({"name":"a\"\n\"b\\cd"})", R"({"name":"a\"\n\"b\\c*"})"},
      {R"({"nick":"Johnny"})", R"({"nick":"J***"})"},
      {R"({"unmarked":"abc"})", R"({"unmarked":"a**"})"},
      {R"({"gender":"male","points":12.750})", R"({"gender":"male","points":12.750})"},
      {R"({"age":41,"extra":41,"yes":true,"no":null})",
       R"({"age":null,"extra":null,"yes":null,"no":null})"},
      {R"({"extra":"text","list0":["a"],"obj":{"a":"b"}})",
       R"({"extra":"t***","list0":[],"obj":{}})"},
      {R"({"tags":["vip","x"],"names":["John"]})", R"({"tags":["vip","x"],"names":[]})"},
      // Another type than declared is as good as undeclared.
      {R"({"gender":7,"points":"John","tags":{"a":"b"}})",
       R"({"gender":null,"points":"J***","tags":{}})"},
      {R"({"tags":["vip",7,["vip"],{"a":"b"}]})", R"({"tags":["vip",null,[],{}]})"},
      {R"({"any":["abc",7,["abc"],{"a":"bcd"}]})", R"({"any":["abc",7,["abc"],{"a":"b**"}]})"},
      {R"({"any":{"a":"bcd","b":7}})", R"({"any":{"a":"b**","b":null}})"},
      {R"({"home":{"street":"Main","city":"Rio","zip":"123"}})",
       R"({"home":{"street":"M***","city":"Rio","zip":"1**"}})"},
      {R"({"home":["Main"]})", R"({"home":[]})"},
      {R"({"list":[{"street":"Main","city":"Rio"},"Rio",null]})",
       R"({"list":[{"street":"M***","city":"Rio"},"R**",null]})"},
  };
  const auto schema = compiled(test_schema);
  for (const auto& [document, want] : cases) {
    EXPECT_EQ(masked_document(*schema, MaskStyle::documented, document), want);
  }
  EXPECT_EQ(masked_document(*schema, MaskStyle::fixed, R"({"name":"John Doe","x":"7"})"),
            R"({"name":"J***","x":"***"})");
}

TEST(MaskDocument, HidesTheDefaultProfilesPii) {
  const auto schema = Schema::default_for(EntityId::profile);
  EXPECT_EQ(masked_document(*schema, MaskStyle::documented,
                            R"({"firstName":"John","email":"john.doe@example.com",
                                "birthDate":"1925-11-17","documentType":"CPF","gender":"male",
                                "tags":["vip"],"nickname":"Johnny","points":7})"),
            R"({"firstName":"J***","email":"j***.d**@e******.c**","birthDate":"1***-1*-1*",)"
            R"("documentType":"CPF","gender":"male","tags":["vip"],"nickname":"J*****",)"
            R"("points":null})");
}

TEST(MaskAllBut, ShowsWhatWasSentAndNothingElse) {
  struct Case {
    std::string_view document, sent, want;
  };
  static constexpr std::string_view home =
      R"({"home":{"street":"Main","city":"Rio","in":{"a":"xy","b":"xy"}},"name":"John"})";
  static constexpr std::string_view hidden =
      R"({"obj":{"a":"xy","b":"xy","c":{"d":"xy","e":[1]}}})";
  static constexpr Case cases[] = {
      {R"({"name":"John","age":7})", "{}", R"({"name":"J***","age":null})"},
      {R"({"name":"John","age":7})", R"({"age":7})", R"({"name":"J***","age":7})"},
      {R"({"name":"John","age":7})", R"({"age":8})", R"({"name":"J***","age":null})"},
      {R"({"name":"John"})", R"({"gone":null})", R"({"name":"J***"})"},
      {home, R"({"home":{}})", R"({"home":{"street":"M***","city":"Rio","in":{}},"name":"J***"})"},
      {home, R"({"home":{"street":"Main"}})",
       R"({"home":{"street":"Main","city":"Rio","in":{}},"name":"J***"})"},
      {home, R"({"home":{"in":{"a":"xy"}}})",
       R"({"home":{"street":"M***","city":"Rio","in":{"a":"xy"}},"name":"J***"})"},
      {hidden, R"({"obj":{}})", R"({"obj":{}})"},
      {hidden, R"({"obj":{"b":"xy","c":{"e":[1]}}})", R"({"obj":{"b":"xy","c":{"e":[1]}}})"},
      {R"({"names":["John",{"a":1}]})", R"({"names":["John",{"a":1}]})",
       R"({"names":["John",{"a":1}]})"},
      {R"({"names":["John",{"a":1}]})", R"({"names":[]})", R"({"names":[]})"},
  };
  const auto schema = compiled(test_schema);
  for (const auto& [document, sent, want] : cases) {
    WipedText out;
    schema->mask_all_but(MaskStyle::documented, parsed(document).root(), parsed(sent).root(), out);
    EXPECT_EQ(view(out), want) << sent;
  }
}

}  // namespace
}  // namespace velum::redact_test
