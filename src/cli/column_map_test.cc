#include "cli/column_map.h"

#include <gtest/gtest.h>

#include "cli/for_test.h"

namespace velum {
namespace {

std::string document(const std::string& text, std::string_view toml = "") {
  const auto map = ColumnMap::with(toml);
  if (!map) return std::string(map.error().message());
  auto reader = RecordReader::open(std::make_unique<TextInput>(text), std::nullopt);
  EXPECT_TRUE(reader);
  const auto record = reader->next();
  EXPECT_TRUE(record && *record);
  const auto made = map->document_of(**record, reader->columns());
  if (made) return std::string(view(*made));
  return std::string(made.error().message()) + "|" + made.error().subject();
}

TEST(ColumnMap, MakesADocumentOfARecord) {
  struct Case {
    const char* text;
    const char* document;
  };
  const Case cases[] = {
      {"email,firstName\na@b,Ana\n", R"({"email":"a@b","firstName":"Ana"})"},
      {"EMAIL, firstname \na@b,Ana\n", R"({"email":"a@b","firstName":"Ana"})"},
      {"email,phone,tradeName,corporateDocument,priceTables\na,1,T,2,b2b\n",
       R"({"email":"a","cellPhone":"1","fancyName":"T","businessDocument":"2",)"
       R"("priceTable":"b2b"})"},
      {"id,userId,createdIn,email\n1,2,3,a@b\n", R"({"email":"a@b"})"},
      {"email,isCorporate,shoeSize\na,true,\n", R"({"email":"a","isCorporate":"true"})"},
      {"email,tags\na,\"x, y;z\"\n", R"({"email":"a","tags":["x","y","z"]})"},
      {"email,note\na,\"say \"\"hi\"\"\n\\\"\n", R"({"email":"a","note":"say \"hi\"\n\\"})"},
      {R"({"email":"a","phone":"1","id":7,"n":{"x":[1.50,true]},"gender":null})",
       R"({"email":"a","cellPhone":"1","n":{"x":[1.50,true]}})"},
      {R"({"email":"a","email":"b"})", "a member name appears twice in one object|"},
      {R"({"email":"a","Email":"b"})",
       "two columns become the same field: leave one out with --map|email"},
      {"shoe,shoe\n1,2\n", "two columns become the same field: leave one out with --map|"},
      {"phone,cellPhone\n1,2\n",
       "two columns become the same field: leave one out with --map|cellPhone"},
      {"a,b\n1\n", "the row has another number of cells than the header|"},
      {"{]", "the text is not JSON in UTF-8|"},
  };
  for (const Case& c : cases) EXPECT_EQ(document(c.text), c.document) << c.text;
}

TEST(ColumnMap, AGivenMapWins) {
  const std::string map = "\"E-Mail\" = \"email\"\nphone = \"homePhone\"\nsecret = \"\"\n";
  EXPECT_EQ(document("e-mail,phone,secret,cellPhone\na,1,s,2\n", map),
            R"({"email":"a","homePhone":"1","cellPhone":"2"})");
  EXPECT_EQ(document("a\n1\n", "email = "), "this is not TOML");
  EXPECT_EQ(document("a\n1\n", "email = [1]"), "each line is a name = \"text\" or a whole number");
}

}  // namespace
}  // namespace velum
