#include "schema/schema_change.h"

#include <gtest/gtest.h>

#include <string>

namespace velum {
namespace {

std::shared_ptr<const Schema> with(std::string_view custom) {
  auto schema = Schema::with_custom_fields(EntityId::profile, 2, custom);
  EXPECT_TRUE(schema) << custom;
  return schema ? *schema : Schema::default_for(EntityId::profile);
}

#define CLEAR R"("pii":false,"sensitive":false)"
#define PII R"("pii":true,"sensitive":true)"
#define FIXED_NICK R"({"nick":{"type":"string","mask":"fixed","pii":true,"sensitive":true}})"
#define GATE(days) R"({"home":{"type":"object",)" PII R"(,"properties":{"gate":{)" days "}}}}"
#define HOME(days) R"({"home":{"type":"object",)" PII "," days "}}"
#define SHOP(days)                                                      \
  R"({"visits":{"type":"array",)" CLEAR R"(,"items":{"type":"object",)" \
  R"("properties":{"shop":{)" days "}}}}}"

TEST(SchemaChange, ShowsMore) {
  struct Case {
    std::string_view before, after;
    bool documented = true, fixed = true;  // By the account's style.
  };
  static constexpr Case cases[] = {
      {"{}", R"({"a":{"type":"string",)" CLEAR "}}"},
      {R"({"a":{"type":"string",)" PII "}}", R"({"a":{"type":"string",)" CLEAR "}}"},
      {R"({"a":{"type":"string",)" CLEAR "}}", R"({"A":{"type":"string",)" CLEAR "}}", false,
       false},
      {R"({"a":{"type":"string",)" CLEAR "}}", R"({"a":{"type":"string",)" PII "}}", false, false},
      {R"({"a":{"type":"string",)" CLEAR "}}", "{}", false, false},
      {"{}", R"({"a":{"type":"string",)" PII "}}", false, false},
      {R"({"a":{"type":"string",)" CLEAR "}}", R"({"a":{"type":["string","number"],)" CLEAR "}}"},
      // Masks.
      {"{}", R"({"a":{"type":"string","mask":"documented",)" PII "}}", false, true},
      {R"({"a":{"type":"string","mask":"fixed",)" PII "}}", R"({"a":{"type":"string",)" PII "}}",
       true, false},
      {"{}", R"({"a":{"type":"string","mask":"fixed",)" PII "}}", false, false},
      {R"({"a":{"type":"string",)" CLEAR "}}",
       R"({"a":{"type":"string","mask":"documented",)" PII "}}", false, false},
      {FIXED_NICK, "{}", true, false},
      {FIXED_NICK, R"({"other":{"type":"string",)" PII "}}", true, false},
      {R"({"nick":{"type":"string","mask":"documented",)" PII "}}", "{}", false, false},
      {R"({"nick":{"type":"string","mask":"fixed",)" CLEAR "}}", "{}", false, false},
      {HOME(R"("properties":)" FIXED_NICK), HOME(R"("properties":{})"), true, false},
      {HOME(R"("properties":)" FIXED_NICK), "{}", false, false},
      {R"({"home":{"type":"object","properties":)" FIXED_NICK "," CLEAR "}}",
       R"({"home":{"type":"object",)" CLEAR "}}", true, false},
      {R"({"home":{"type":"object","properties":{"in":{"type":"object","properties":)" FIXED_NICK
       "}}," CLEAR "}}",
       R"({"home":{"type":"object",)" CLEAR "}}", false, false},
      {SHOP(R"("mask":"fixed")"),
       R"({"visits":{"type":"array",)" CLEAR R"(,"items":{"type":"object","properties":{}}}})",
       true, false},
      // Objects and arrays, at any depth.
      {"{}", R"({"a":{"type":"object",)" CLEAR "}}"},
      {"{}", R"({"a":{"type":"object",)" PII R"(,"properties":{"b":{"type":"string"}}}})"},
      {R"({"a":{"type":"object",)" PII R"(,"properties":{"b":{"type":"string"}}}})",
       R"({"a":{"type":"object",)" PII R"(,"properties":{"c":{"type":"string"}}}})", false, false},
      {R"({"a":{"type":"object",)" PII R"(,"properties":{"b":{"type":"string"}}}})",
       R"({"a":{"type":"object",)" PII R"(,"properties":{"b":{"type":"string","pii":false}}}})"},
      {"{}", R"({"a":{"type":"array",)" PII "}}", false, false},
      {"{}", R"({"a":{"type":"array",)" PII R"(,"items":{"pii":false}}})", false, false},
      {"{}", R"({"a":{"type":"array",)" CLEAR R"(,"items":{"pii":true}}})"},
      {R"({"a":{"type":"array",)" CLEAR R"(,"items":{"pii":true}}})",
       R"({"a":{"type":"array",)" CLEAR "}}"},
      {R"({"a":{"type":"array",)" CLEAR "}}", R"({"a":{"type":"array",)" CLEAR "}}", false, false},
      {R"({"a":{"type":"array",)" CLEAR "}}",
       R"({"a":{"type":"array",)" CLEAR R"(,"items":{"type":"array","pii":false}}})", false, false},
      {R"({"a":{"type":"array",)" CLEAR R"(,"items":{"type":"array","pii":false}}})",
       R"({"a":{"type":"array",)" CLEAR "}}"},
      // Values whose days are over.
      {R"({"a":{"type":"string","retentionDays":9,)" PII "}}",
       R"({"a":{"type":"string","retentionDays":10,)" PII "}}"},
      {R"({"a":{"type":"string","retentionDays":9,)" PII "}}",
       R"({"a":{"type":"string",)" PII "}}"},
      {R"({"a":{"type":"string","retentionDays":9,)" PII "}}", "{}"},
      {R"({"a":{"type":"string","retentionDays":9,)" PII "}}",
       R"({"A":{"type":"string","retentionDays":8,)" PII R"(},"b":{"type":"string",)" PII "}}",
       false, false},
      {"{}", R"({"a":{"type":"string","retentionDays":9,)" PII "}}", false, false},
      {GATE(R"("retentionDays":9)"), GATE(R"("retentionDays":9)"), false, false},
      {GATE(R"("retentionDays":9)"), GATE(R"("retentionDays":10)")},
      {GATE(R"("retentionDays":9)"), HOME(R"("properties":{})")},
      {GATE(R"("retentionDays":9)"), "{}"},
      {HOME(R"("properties":{},"retentionDays":9)"), HOME(R"("properties":{})")},
      {HOME(R"("properties":{},"retentionDays":9)"), GATE(R"("retentionDays":9)")},
      {SHOP(R"("retentionDays":9)"), SHOP(R"("retentionDays":10)")},
      {SHOP(R"("retentionDays":9)"), SHOP(R"("type":"string")")},
      {SHOP(R"("retentionDays":9)"), "{}"},
  };
  for (const Case& c : cases) {
    const std::string trace = std::string(c.before).append(" then ").append(c.after);
    SCOPED_TRACE(trace);
    EXPECT_EQ(shows_more(*with(c.before), *with(c.after), MaskStyle::documented), c.documented);
    EXPECT_EQ(shows_more(*with(c.before), *with(c.after), MaskStyle::fixed), c.fixed);
  }
}

TEST(SchemaChange, KeepsLess) {
  struct Case {
    std::string_view before, after;
    bool less = true;
  };
  static constexpr Case cases[] = {
      {"{}", R"({"a":{"type":"string","retentionDays":36500,)" PII "}}"},
      {R"({"a":{"type":"string",)" PII "}}",
       R"({"a":{"type":"string","retentionDays":9,)" PII "}}"},
      {R"({"a":{"type":"string","retentionDays":9,)" PII "}}",
       R"({"a":{"type":"string","retentionDays":8,)" PII "}}"},
      {R"({"a":{"type":"string","retentionDays":9,)" PII "}}",
       R"({"A":{"type":["string","null"],"retentionDays":9,)" CLEAR "}}", false},
      {R"({"a":{"type":"string","retentionDays":9,)" PII "}}",
       R"({"b":{"type":"string","retentionDays":9,)" PII "}}"},
      {R"({"a":{"type":"string","retentionDays":9,)" PII "}}",
       R"({"a":{"type":"string","retentionDays":10,)" PII "}}", false},
      {R"({"a":{"type":"string","retentionDays":9,)" PII "}}", "{}", false},
      {"{}", R"({"a":{"type":"string",)" PII "}}", false},
      // Inside objects and arrays. What is around a value takes it along.
      {"{}", GATE(R"("retentionDays":9)")},
      {GATE(R"("type":"string")"), GATE(R"("retentionDays":9)")},
      {GATE(R"("retentionDays":9)"), GATE(R"("retentionDays":8)")},
      {GATE(R"("retentionDays":9)"), GATE(R"("retentionDays":9)"), false},
      {GATE(R"("retentionDays":9)"), GATE(R"("retentionDays":10)"), false},
      {GATE(R"("retentionDays":9)"), HOME(R"("retentionDays":9)")},
      {HOME(R"("retentionDays":9)"), GATE(R"("retentionDays":9)"), false},
      {HOME(R"("retentionDays":9)"), GATE(R"("retentionDays":8)")},
      {GATE(R"("retentionDays":9)"), HOME(R"("description":"x")"), false},
      {"{}", SHOP(R"("retentionDays":9)")},
      {SHOP(R"("type":"string")"), SHOP(R"("retentionDays":9)")},
      {SHOP(R"("retentionDays":9)"), SHOP(R"("retentionDays":8)")},
      {SHOP(R"("retentionDays":9)"), SHOP(R"("retentionDays":9)"), false},
      {SHOP(R"("retentionDays":9)"), R"({"visits":{"type":"array",)" CLEAR "}}", false},
      {R"({"visits":{"type":"array",)" CLEAR "}}", SHOP(R"("retentionDays":9)")},
      {R"({"visits":{"type":"array","retentionDays":9,)" CLEAR "}}", SHOP(R"("retentionDays":9)"),
       false},
      // Members are held to nothing where the field is declared to be no object.
      {R"({"home":{"type":"string",)" PII R"(,"properties":{"gate":{"retentionDays":9}}}})",
       GATE(R"("retentionDays":9)")},
      {"{}", R"({"home":{"type":"string",)" PII R"(,"properties":{"gate":{"retentionDays":9}}}})",
       false},
  };
  for (const Case& c : cases) {
    const std::string trace = std::string(c.before).append(" then ").append(c.after);
    SCOPED_TRACE(trace);
    EXPECT_EQ(keeps_less(*with(c.before), *with(c.after)), c.less);
  }
}

TEST(SchemaChange, WhatMayLookLikeACardNumberIsPii) {
  static constexpr std::string_view allowed[] = {
      "{}",
      R"({"fax":{"type":"string","normalise":"phone",)" PII "}}",
      R"({"fax":{"type":"string","normalise":"text",)" CLEAR "}}",
      R"({"phone":{"type":"string","normalise":"text",)" CLEAR "}}",
      R"({"phone":{"type":"object",)" CLEAR "}}",
      R"({"phone":{"type":["string","null"],)" PII "}}",
  };
  static constexpr std::string_view refused[] = {
      R"({"fax":{"type":"string","normalise":"phone",)" CLEAR "}}",
      R"({"taxId":{"type":"string","normalise":"document",)" CLEAR "}}",
      R"({"taxId":{"type":["null","integer"],"normalise":"document",)" CLEAR "}}",
      R"({"Phone":{"type":"string",)" CLEAR "}}",
      R"({"faxes":{"type":"array","normalise":"phone",)" CLEAR "}}",
      R"({"faxes":{"type":"array",)" CLEAR R"(,"items":{"type":"string","normalise":"phone"}}})",
      R"({"o":{"type":"object",)" PII R"(,"properties":{"phone":{"type":"string","pii":false}}}})",
  };
  for (const std::string_view custom : allowed) {
    EXPECT_TRUE(check_clear_numbers(*with(custom))) << custom;
  }
  for (const std::string_view custom : refused) {
    const auto checked = check_clear_numbers(*with(custom));
    ASSERT_FALSE(checked) << custom;
    EXPECT_EQ(checked.error().code(), ErrorCode::invalid_argument);
    EXPECT_EQ(checked.error().message(),
              "a custom field that is a phone or a document must have pii true");
  }
}

}  // namespace
}  // namespace velum
