#include "schema/for_test.h"

namespace velum {
namespace {

using std::chrono::days;

constexpr std::string_view schema_text = R"({"properties":{
    "email":{"type":"string"},
    "nick":{"type":"string","pii":true,"retentionDays":30},
    "level":{"type":"string","pii":false,"retentionDays":10},
    "home":{"type":["object","null"],"pii":true,"properties":{
        "city":{"type":"string","retentionDays":10},"street":{"type":"string"},
        "flat":{"type":"object","properties":{"floor":{"type":"number","retentionDays":20}}}}},
    "visits":{"type":"array","pii":false,"items":{"type":"object","pii":false,"properties":{
        "place":{"type":"string","retentionDays":20},
        "day":{"type":"string","pii":false}}}}}})";

std::string kept(const Schema& schema, std::string_view document, Ticks age,
                 std::string* removed = nullptr) {
  const json::Document stored = parsed(document);
  json::Arena arena;
  const Retained retained = schema.retained(stored.root(), age, arena);
  if (removed != nullptr) {
    for (const std::string& name : retained.removed) removed->append(name).append(" ");
  }
  return written(retained.document);
}

TEST(Retention, LeavesOutWhatIsOverAtEveryDepth) {
  const auto schema = compiled(schema_text);
  ASSERT_TRUE(schema);
  constexpr std::string_view document =
      R"({"email":"a","NICK":"b","level":"c","home":{"city":"d","street":"e","flat":{"floor":1}},)"
      R"("visits":[{"place":"f","day":"g"},{"day":"h"},{"Place":"i"}],"other":{"city":"j"}})";
  struct Case {
    Ticks age;
    std::string_view document, removed;
  };
  const Case cases[] = {
      {Ticks(0), document, ""},
      {-days(100), document, ""},
      {days(10) - Ticks(1), document, ""},
      {days(10),
       R"({"email":"a","NICK":"b","home":{"street":"e","flat":{"floor":1}},)"
       R"("visits":[{"place":"f","day":"g"},{"day":"h"},{"Place":"i"}],"other":{"city":"j"}})",
       "home.city level "},
      {days(20),
       R"({"email":"a","NICK":"b","home":{"street":"e","flat":{}},)"
       R"("visits":[{"day":"g"},{"day":"h"},{}],"other":{"city":"j"}})",
       "home.city home.flat.floor level visits.place "},
      {days(30) - Ticks(1),
       R"({"email":"a","NICK":"b","home":{"street":"e","flat":{}},)"
       R"("visits":[{"day":"g"},{"day":"h"},{}],"other":{"city":"j"}})",
       "home.city home.flat.floor level visits.place "},
      {days(30),
       R"({"email":"a","home":{"street":"e","flat":{}},)"
       R"("visits":[{"day":"g"},{"day":"h"},{}],"other":{"city":"j"}})",
       "home.city home.flat.floor level nick visits.place "},
  };
  for (const Case& c : cases) {
    std::string removed;
    EXPECT_EQ(kept(*schema, document, c.age, &removed), c.document) << c.age.count();
    EXPECT_EQ(removed, c.removed) << c.age.count();
  }
}

// What is stored may be of another kind than the schema has declared since.
TEST(Retention, IsAboutTheNameWhateverTheValueIs) {
  const auto schema = compiled(schema_text);
  ASSERT_TRUE(schema);
  EXPECT_EQ(kept(*schema, R"({"level":{"a":1},"nick":null})", days(30)), "{}");
  EXPECT_EQ(kept(*schema, R"({"home":null,"visits":[1,[2],null]})", days(30)),
            R"({"home":null,"visits":[1,[2],null]})");
  EXPECT_EQ(kept(*schema, R"({"home":[{"city":"a"}],"visits":{"place":"b"}})", days(30)),
            R"({"home":[{"city":"a"}],"visits":{"place":"b"}})");
}

// By the masked rendition alone it is known what is over.
TEST(Retention, FindsTheSameInAMaskedRendition) {
  const auto schema = compiled(schema_text);
  ASSERT_TRUE(schema);
  const json::Document full =
      parsed(R"({"nick":"b","level":{"x":1},"home":{"city":"d","flat":{"floor":1}},)"
             R"("visits":[{"place":"f"},{"place":{"y":2}}]})");
  for (const MaskStyle style : {MaskStyle::documented, MaskStyle::fixed}) {
    for (const int age : {5, 10, 20, 30}) {
      WipedText text;
      schema->mask_document(style, full.root(), text);
      const json::Document masked = parsed(view(text));
      json::Arena arena;
      const Retained of_full = schema->retained(full.root(), days(age), arena);
      const Retained of_masked = schema->retained(masked.root(), days(age), arena);
      EXPECT_EQ(of_masked.removed, of_full.removed);
      WipedText masked_later;
      schema->mask_document(style, of_full.document, masked_later);
      EXPECT_EQ(written(of_masked.document), view(masked_later));
    }
  }
}

TEST(Retention, KnowsTheShortest) {
  const auto schema = compiled(schema_text);
  ASSERT_TRUE(schema);
  EXPECT_TRUE(schema->has_retention());
  EXPECT_FALSE(schema->may_hold_expired(days(10) - Ticks(1)));
  EXPECT_TRUE(schema->may_hold_expired(days(10)));
  const auto deep = compiled(
      R"({"properties":{"a":{"type":"array","pii":false,"items":{"type":"object","properties":{
          "b":{"type":"object","properties":{"c":{"retentionDays":36500}}}}}}}})");
  ASSERT_TRUE(deep);
  EXPECT_FALSE(deep->may_hold_expired(days(36'500) - Ticks(1)));
  EXPECT_TRUE(deep->may_hold_expired(days(36'500)));
  for (const EntityId entity : all_entities) {
    EXPECT_FALSE(Schema::default_for(entity)->has_retention());
  }
}

TEST(Retention, SaysWhatIsWrong) {
  struct Case {
    std::string_view schema, message;
  };
  static constexpr std::string_view number = "retentionDays must be a whole number from 1 to 36500";
  static constexpr std::string_view place = "retentionDays is allowed in a property only";
  static constexpr std::string_view hidden =
      "retentionDays inside items needs an array with pii false";
  static constexpr Case cases[] = {
      {R"({"properties":{"a":{"retentionDays":0}}})", number},
      {R"({"properties":{"a":{"retentionDays":36501}}})", number},
      {R"({"properties":{"a":{"retentionDays":-1}}})", number},
      {R"({"properties":{"a":{"retentionDays":1.5}}})", number},
      {R"({"properties":{"a":{"retentionDays":1e2}}})", number},
      {R"({"properties":{"a":{"retentionDays":99999999999999999999}}})", number},
      {R"({"properties":{"a":{"retentionDays":"30"}}})", number},
      {R"({"properties":{"a":{"retentionDays":null}}})", number},
      {R"({"retentionDays":30})", place},
      {R"({"properties":{"a":{"pii":false,"items":{"retentionDays":30}}}})", place},
      {R"({"properties":{"a":{"items":{"properties":{"b":{"retentionDays":3}}}}}})", hidden},
      {R"({"properties":{"a":{"pii":false,"items":{"properties":{"b":{"pii":true,
           "items":{"properties":{"c":{"retentionDays":3}}}}}}}}})",
       hidden},
      {R"({"properties":{"a":{"retentionDays":30}},"required":["a"]})",
       "a required property cannot have retentionDays"},
      {R"({"properties":{"o":{"properties":{"a":{"retentionDays":30}},"required":["A"]}}})",
       "a required property cannot have retentionDays"},
      {R"({"properties":{"a":{"type":"string","retentionDays":30}},"v-indexed":["a"]})",
       "an indexed property cannot have retentionDays"},
      {R"({"properties":{"a":{"type":"string","retentionDays":30}},"v-indexed":["a"],
           "v-unique":["a"]})",
       "an indexed property cannot have retentionDays"},
  };
  for (const auto& [schema, message] : cases) {
    const auto result = Schema::compile(EntityId::profile, 1, schema);
    ASSERT_FALSE(result) << schema;
    EXPECT_EQ(result.error().code(), ErrorCode::invalid_argument) << schema;
    EXPECT_EQ(result.error().message(), message) << schema;
  }
  EXPECT_TRUE(Schema::with_custom_fields(
      EntityId::profile, 2,
      R"({"nick":{"type":"string","pii":true,"sensitive":true,"retentionDays":1}})"));
}

}  // namespace
}  // namespace velum
