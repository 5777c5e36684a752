// The default profile schema against the documented one, field by field.

#include <map>
#include <set>

#include "schema/for_test.h"

namespace velum {
namespace {

std::set<std::string> names(const json::Value& list) {
  std::set<std::string> result;
  for (const json::Value& item : list.items()) result.emplace(item.text());
  return result;
}

TEST(DefaultProfile, SaysWhatTheDocumentedOneSays) {
  const std::string text =
      text_of_file(VELUM_SHARED_DIR "/reference/examples/schema_profile_default.json");
  VELUM_NEEDS_SHARED(text);
  const json::Document documented = parsed(text);
  const json::Document ours = parsed(Schema::default_for(EntityId::profile)->text());
  for (const std::string_view part : {"properties", "additionalProperties", "type"}) {
    EXPECT_TRUE(json::equal(*ours.root().find(part), *documented.root().find(part))) << part;
  }
  for (const std::string_view part : {"required", "v-indexed", "v-unique"}) {
    EXPECT_EQ(names(*ours.root().find(part)), names(*documented.root().find(part))) << part;
  }
  EXPECT_TRUE(Schema::compile(EntityId::profile, 1, text));
}

TEST(DefaultProfile, NumbersOnDiskStay) {
  const auto schema = Schema::default_for(EntityId::profile);
  EXPECT_EQ(schema->lookup_rule("email")->number, 256);
  EXPECT_EQ(schema->lookup_rule("EMAIL")->label, "profile.email");
  EXPECT_TRUE(schema->lookup_rule("email")->unique);
  EXPECT_EQ(schema->lookup_rule("document")->number, 257);
  EXPECT_EQ(schema->lookup_rule("document")->normaliser_version, 1);
  EXPECT_FALSE(schema->lookup_rule("document")->unique);
  EXPECT_EQ(schema->lookup_rule("firstName"), nullptr);
  EXPECT_EQ(schema->lookup_rule("nothing"), nullptr);
  EXPECT_EQ(schema->lookup_rule(""), nullptr);
  EXPECT_EQ(schema->document_ttl_days(), std::nullopt);
}

TEST(DefaultProfile, FindsLookupValues) {
  const auto schema = Schema::default_for(EntityId::profile);
  const json::Document document =
      parsed(R"({"Email":" John@Example.com","document":"123.456.789-11","firstName":"John"})");
  const auto values = schema->lookup_values(document.root());
  ASSERT_TRUE(values);
  std::map<std::string, std::string> found;
  for (const LookupValue& value : *values) {
    found.emplace(value.rule->label, value.normalised.text());
  }
  EXPECT_EQ(found, (std::map<std::string, std::string>{{"profile.email", "john@example.com"},
                                                       {"profile.document", "12345678911"}}));
  for (const std::string_view none :
       {R"({})", R"({"email":"","document":null})", R"({"document":"--"})", R"({"DOCUMENT":""})"}) {
    const auto nothing = schema->lookup_values(parsed(none).root());
    ASSERT_TRUE(nothing) << none;
    EXPECT_TRUE(nothing->empty()) << none;
  }
  for (const std::string_view bad :
       {R"({"email":"john"})", R"({"email":7})", R"({"email":["a@b"]})"}) {
    const auto refused = schema->lookup_values(parsed(bad).root());
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().code(), ErrorCode::invalid_field);
    EXPECT_EQ(refused.error().subject(), "email");
  }
}

}  // namespace
}  // namespace velum
