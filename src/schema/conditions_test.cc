#include "schema/conditions.h"

#include "schema/for_test.h"

namespace velum {
namespace {

constexpr std::string_view test_schema = R"({
  "properties": {
    "email": {"type": "string", "pii": true},
    "document": {"type": ["string", "null"], "pii": true},
    "cellPhone": {"type": ["string", "null"], "pii": true},
    "birthdate": {"type": ["string", "null"], "pii": true},
    "name": {"type": ["string", "null"], "pii": true},
    "businessPhone": {"type": "string", "pii": false},
    "gender": {"type": ["string", "null"], "pii": false},
    "points": {"type": ["number", "null"], "pii": false},
    "vip": {"type": "boolean", "pii": false},
    "tags": {"type": "array", "items": {"type": "string"}, "pii": false},
    "friends": {"type": "array", "items": {"type": "string", "pii": true}, "pii": false},
    "home": {"type": "object", "pii": true, "properties": {
      "street": {"type": "string", "pii": true}, "city": {"type": "string", "pii": false}}}
  }
})";

constexpr std::string_view document_text = R"({
  "email": "Ana.Silva@Example.com", "document": "123.456.789-09",
  "cellPhone": "+55 (11) 98765-4321",
  "birthDate": "1990-02-28T00:00:00Z", "name": "Ana", "businessPhone": "11 3333-4444",
  "gender": "female", "points": 12.50, "vip": true, "tags": ["gold", "new", 7],
  "friends": ["Bia"], "home": {"Street": "Main", "CITY": "Rio", "zip": {"code": "20200"}},
  "nick": "aninha", "Nick": "Nina", "level": 9007199254740993, "empty": "", "none": null,
  "list": ["a"], "deep": [{"a": 1}]
})";

std::string in_list(std::string_view condition) {
  return std::string(R"({"conditions":[)").append(condition).append("]}");
}

TEST(Conditions, HoldOrDoNot) {
  struct Case {
    std::string_view condition;
    bool want;
  };
  static constexpr Case cases[] = {
      // Texts by the letter; the field's name as the schema takes names.
      {R"({"field":"gender","equals":"female"})", true},
      {R"({"equals":"female","field":"GENDER"})", true},
      {R"({"field":"gender","equals":"Female"})", false},
      {R"({"field":"gender","equals":"f"})", false},
      {R"({"field":"name","equals":"ana"})", false},
      {R"({"field":"vip","equals":true})", true},
      {R"({"field":"vip","equals":false})", false},
      {R"({"field":"vip","equals":"true"})", false},
      // Numbers by value.
      {R"({"field":"points","equals":12.5})", true},
      {R"({"field":"points","equals":125e-1})", true},
      {R"({"field":"points","equals":"12.50"})", false},
      {R"({"field":"level","equals":9007199254740993})", true},
      {R"({"field":"level","equals":9007199254740992})", false},
      // What the field's name means.
      {R"({"field":"email","equals":"ana.silva@EXAMPLE.com"})", true},
      {R"({"field":"email","equals":" ana.silva@example.com "})", true},
      {R"({"field":"email","equals":"ana.silva@example.co"})", false},
      {R"({"field":"email","equals":"no address"})", false},
      {R"({"field":"document","equals":"12345678909"})", true},
      {R"({"field":"document","equals":"12345678908"})", false},
      {R"({"field":"cellPhone","equals":"+5511987654321"})", true},
      {R"({"field":"cellPhone","equals":"5511987654321"})", false},
      {R"({"field":"businessPhone","equals":"1133334444"})", true},
      {R"({"field":"businessPhone","equals":"--"})", false},
      {R"({"field":"businessPhone","prefix":"11 33"})", true},
      {R"({"field":"businessPhone","prefix":"1133"})", false},
      // One of several.
      {R"({"field":"gender","in":["male","female"]})", true},
      {R"({"field":"gender","in":["male",7,true]})", false},
      {R"({"field":"email","in":["x@y.z","ANA.SILVA@example.com"]})", true},
      {R"({"field":"points","in":[1,1.25e1]})", true},
      // Is it there?
      {R"({"field":"gender","exists":true})", true},
      {R"({"field":"gender","exists":false})", false},
      {R"({"field":"tags","exists":true})", true},
      {R"({"field":"empty","exists":true})", true},
      {R"({"field":"none","exists":true})", false},
      {R"({"field":"none","exists":false})", true},
      {R"({"field":"missing","exists":false})", true},
      {R"({"field":"missing","exists":true})", false},
      {R"({"field":"missing","equals":""})", false},
      {R"({"field":"none","in":["",0,false]})", false},
      // Ranges, both ends included.
      {R"({"field":"points","range":{"min":12.5}})", true},
      {R"({"field":"points","range":{"max":12.5}})", true},
      {R"({"field":"points","range":{"min":12.6}})", false},
      {R"({"field":"points","range":{"min":-1,"max":1e2}})", true},
      {R"({"field":"points","range":{"min":100,"max":-1}})", false},
      {R"({"field":"points","range":{"min":"0001-01-01"}})", false},
      {R"({"field":"birthDate","range":{"min":"1990-02-28","max":"1990-02-28"}})", true},
      {R"({"field":"birthdate","range":{"min":"1990-03-01"}})", false},
      {R"({"field":"birthdate","range":{"max":"2007-06-30"}})", true},
      {R"({"field":"birthdate","range":{"max":1}})", false},
      {R"({"field":"gender","range":{"min":"1990-02-28"}})", false},
      {R"({"field":"cellPhone","range":{"min":"0001-01-01"}})", false},
      {R"({"field":"tags","range":{"min":0}})", false},
      // Beginnings.
      {R"({"field":"gender","prefix":"fem"})", true},
      {R"({"field":"gender","prefix":"female"})", true},
      {R"({"field":"gender","prefix":"females"})", false},
      {R"({"field":"gender","prefix":"Fem"})", false},
      {R"({"field":"points","prefix":"1"})", false},
      {R"({"field":"tags","prefix":"gold"})", false},
      // Members of arrays.
      {R"({"field":"tags","contains":"new"})", true},
      {R"({"field":"tags","contains":"ne"})", false},
      {R"({"field":"tags","contains":"7"})", false},
      {R"({"field":"tags","equals":"gold"})", false},
      {R"({"field":"friends","contains":"Bia"})", true},
      {R"({"field":"list","contains":"a"})", true},
      {R"({"field":"gender","contains":"female"})", false},
      // Objects: declared names ignore case, others do not.
      {R"({"field":"home.street","equals":"Main"})", true},
      {R"({"field":"HOME.city","equals":"Rio"})", true},
      {R"({"field":"home.zip.code","equals":"20200"})", true},
      {R"({"field":"home.ZIP.code","equals":"20200"})", false},
      {R"({"field":"home.street.x","exists":true})", false},
      {R"({"field":"nick","equals":"aninha"})", true},
      {R"({"field":"Nick","equals":"Nina"})", true},
      {R"({"field":"NICK","exists":true})", false},
      {R"({"field":"deep.0.a","exists":true})", false},
      {R"({"field":"deep.a","exists":true})", false},
  };
  const auto schema = compiled(test_schema);
  const json::Document document = parsed(document_text);
  for (const auto& [condition, want] : cases) {
    const auto conditions = Conditions::read(*schema, in_list(condition));
    ASSERT_TRUE(conditions) << condition;
    EXPECT_EQ(conditions->answers(document.root()), std::vector<bool>{want}) << condition;
  }
}

TEST(Conditions, NoConditionIsAboutAValueOfAnotherKindThanDeclared) {
  const auto schema = compiled(test_schema);
  const json::Document document = parsed(R"({"gender":["female"],"points":"12","vip":"true"})");
  const auto conditions = Conditions::read(*schema, R"({"conditions":[
    {"field":"gender","contains":"female"},{"field":"points","equals":"12"},
    {"field":"points","prefix":"1"},{"field":"vip","exists":true}]})");
  ASSERT_TRUE(conditions);
  EXPECT_EQ(conditions->answers(document.root()), std::vector<bool>(4, false));
}

TEST(Conditions, SayWhetherTheyAskAboutPii) {
  struct Case {
    std::string_view condition;
    std::uint32_t pii_values;
    std::vector<std::string> fields;
  };
  const Case cases[] = {
      {R"({"field":"gender","equals":"female"})", 0, {}},
      {R"({"field":"gender","exists":true})", 0, {}},
      {R"({"field":"tags","contains":"new"})", 0, {}},
      {R"({"field":"home.CITY","prefix":"R"})", 0, {}},
      {R"({"field":"friends","exists":true})", 0, {}},
      {R"({"field":"friends","contains":"Bia"})", 1, {"friends"}},
      {R"({"field":"EMAIL","equals":"a@b.c"})", 1, {"email"}},
      {R"({"field":"email","exists":true})", 1, {"email"}},
      {R"({"field":"birthDate","range":{"min":"1990-01-01","max":"1990-01-02"}})",
       1,
       {"birthdate"}},
      {R"({"field":"name","in":["Ana","Bia","Caio"]})", 3, {"name"}},
      {R"({"field":"home","exists":true})", 1, {"home"}},
      {R"({"field":"Home.Street","equals":"Main"})", 1, {"home.street"}},
      {R"({"field":"home.zip","exists":true})", 1, {"(undeclared)"}},
      {R"({"field":"gender.x","exists":true})", 1, {"(undeclared)"}},
      {R"({"field":"Ana Silva","exists":true})", 1, {"(undeclared)"}},
      {R"({"field":"name","exists":true},{"field":"gender","in":["a","b"]},{"field":"x","equals":1},
          {"field":"document","in":["1","2"]},{"field":"name","equals":"Ana"})",
       5,
       {"(undeclared)", "document", "name"}},
  };
  const auto schema = compiled(test_schema);
  for (const Case& c : cases) {
    const auto conditions = Conditions::read(*schema, in_list(c.condition));
    ASSERT_TRUE(conditions) << c.condition;
    EXPECT_EQ(conditions->pii_values(), c.pii_values) << c.condition;
    EXPECT_EQ(conditions->ask_pii(), c.pii_values > 0) << c.condition;
    EXPECT_EQ(conditions->pii_fields(), c.fields) << c.condition;
  }
}

std::string repeated(std::size_t count, std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result.append(i == 0 ? "" : ",").append(text);
  return result;
}

TEST(Conditions, AreRefusedInAnyOtherForm) {
  const std::string long_text = "\"" + std::string(1025, 'a') + "\"";
  const std::string conditions[] = {
      "",
      "7",
      "null",
      "[]",
      "{}",
      R"({"field":"gender"})",
      R"({"equals":"female"})",
      R"({"field":"gender","equal":"female"})",
      R"({"field":"gender","Equals":"female"})",
      R"({"field":"gender","endsWith":"male"})",
      R"({"field":"gender","equals":"female","exists":true})",
      R"({"field":"gender","equals":"female","note":"x"})",
      R"({"field":7,"equals":"female"})",
      R"({"field":"","equals":"female"})",
      R"({"field":".","equals":"female"})",
      R"({"field":"home.","equals":"female"})",
      R"({"field":"home..city","equals":"female"})",
      R"({"field":)" + ("\"" + std::string(257, 'a') + "\"") + R"(,"exists":true})",
      R"({"field":"gender","equals":null})",
      R"({"field":"gender","equals":["female"]})",
      R"({"field":"gender","equals":{}})",
      R"({"field":"gender","equals":)" + long_text + "}",
      R"({"field":"points","equals":1.)" + std::string(1024, '1') + "}",
      R"({"field":"gender","in":"female"})",
      R"({"field":"gender","in":[]})",
      R"({"field":"gender","in":["female",null]})",
      R"({"field":"gender","in":["female",)" + long_text + "]}",
      R"({"field":"gender","in":[)" + repeated(101, "1") + "]}",
      R"({"field":"gender","in":[)" + repeated(50, "1") + R"(]},{"field":"x","in":[)" +
          repeated(51, "1") + "]}",
      R"({"field":"gender","exists":1})",
      R"({"field":"gender","exists":"true"})",
      R"({"field":"points","range":7})",
      R"({"field":"points","range":{}})",
      R"({"field":"points","range":[1,2]})",
      R"({"field":"points","range":{"min":1,"to":2}})",
      R"({"field":"points","range":{"Min":1}})",
      R"({"field":"points","range":{"min":null}})",
      R"({"field":"name","range":{"min":"A","max":"M"}})",
      R"({"field":"birthdate","range":{"min":"1990-2-28"}})",
      R"({"field":"birthdate","range":{"min":"1990-13-01"}})",
      R"({"field":"birthdate","range":{"min":"1990-01-00"}})",
      R"({"field":"birthdate","range":{"min":"1990-01-01T00:00:00Z"}})",
      R"({"field":"birthdate","range":{"min":"1990"}})",
      R"({"field":"gender","prefix":""})",
      R"({"field":"gender","prefix":7})",
      R"({"field":"gender","prefix":)" + long_text + "}",
      R"({"field":"tags","contains":""})",
      R"({"field":"tags","contains":["new"]})",
      repeated(33, R"({"field":"gender","exists":true})"),
  };
  const auto schema = compiled(test_schema);
  for (const std::string& condition : conditions) {
    const auto read = Conditions::read(*schema, in_list(condition));
    ASSERT_FALSE(read) << condition;
    EXPECT_EQ(read.error().code(), ErrorCode::invalid_argument) << condition;
    EXPECT_EQ(read.error().subject(), "") << condition;
  }
  for (const std::string_view body : {"[]", "{}", "7", R"({"conditions":{}})",
                                      R"({"conditions":[]})", R"({"Conditions":[{}]})"}) {
    const auto read = Conditions::read(*schema, body);
    ASSERT_FALSE(read) << body;
    EXPECT_EQ(read.error().code(), ErrorCode::invalid_argument) << body;
  }
  EXPECT_EQ(Conditions::read(*schema, "{").error().code(), ErrorCode::invalid_json);
  const std::string doubled = in_list(R"({"field":"gender","equals":"a","equals":"b"})");
  EXPECT_EQ(Conditions::read(*schema, doubled).error().code(), ErrorCode::invalid_json);
}

TEST(Conditions, AsManyAsAreAllowedAreTaken) {
  const auto schema = compiled(test_schema);
  EXPECT_TRUE(
      Conditions::read(*schema, in_list(repeated(32, R"({"field":"gender","exists":true})"))));
  EXPECT_TRUE(
      Conditions::read(*schema, in_list(R"({"field":"x","in":[)" + repeated(100, "1") + "]}")));
  EXPECT_TRUE(Conditions::read(
      *schema, in_list(R"({"field":"x","equals":")" + std::string(1024, 'a') + "\"}")));
}

// It would be asked again and again, a letter more each time.
TEST(Conditions, APersonalFieldIsNotSpeltOut) {
  struct Case {
    std::string_view field, subject;
  };
  static constexpr Case cases[] = {
      {"email", "email"}, {"NAME", "name"}, {"birthDate", "birthdate"}, {"home.street", "street"},
      {"home", "home"},   {"nick", ""},     {"home.zip.code", ""},      {"gender.x", ""},
  };
  const auto schema = compiled(test_schema);
  for (const auto& [field, subject] : cases) {
    const auto read = Conditions::read(
        *schema, in_list(std::string(R"({"field":")").append(field).append(R"(","prefix":"a"})")));
    ASSERT_FALSE(read) << field;
    EXPECT_EQ(read.error().code(), ErrorCode::invalid_argument) << field;
    EXPECT_EQ(read.error().subject(), subject) << field;
    EXPECT_NE(read.error().message().find("prefix"), std::string_view::npos);
  }
}

}  // namespace
}  // namespace velum
