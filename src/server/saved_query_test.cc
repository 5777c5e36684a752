// What a saved query may be: from the ordinary to the hostile. How it is kept: audit_queries_test.

#include "server/saved_query.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "audit/filter_text.h"

namespace velum::saved_query_test {
namespace {

std::string long_list(std::size_t count, std::size_t size) {
  std::string list = "[";
  for (std::size_t number = 0; number < count; ++number) {
    list += (number == 0 ? "\"" : ",\"") + std::string(size, 'a') + "\"";
  }
  return list + "]";
}

TEST(SavedQuery, IsKeptAsItIsUnderstood) {
  struct Case {
    std::string body, kept;
  };
  const std::string id = "0B8E9D40-1111-4000-8000-00000000000A";
  const Case cases[] = {
      {R"({"filter": {"action": ["Get"]}, "lastHours": 24})",
       R"({"filter":{"action":["Get"]},"lastHours":24})"},
      {R"({"filter": {"action": "Get"}})", R"({"filter":{"action":["Get"]}})"},
      {R"({"lastHours": 1})", R"({"filter":{},"lastHours":1})"},
      {R"({"filter": {}, "lastHours": 87600})", R"({"filter":{},"lastHours":87600})"},
      // As in a URL: commas part values, and ids are written in small letters.
      {R"({"filter": {"outcome": "refused,failed", "action": ["A,B", "C", ""]}})",
       R"({"filter":{"action":["A","B","C"],"outcome":["refused","failed"]}})"},
      {R"({"filter": {"id": ")" + id + R"("}})",
       R"({"filter":{"id":["0b8e9d40-1111-4000-8000-00000000000a"]}})"},
      {R"({"filter": {"from": "2026-01-05", "to": "2026-01-06T10:00-03:00"}})",
       R"({"filter":{"from":"2026-01-05T00:00:00.0000000+00:00",)"
       R"("to":"2026-01-06T13:00:00.0000000+00:00"}})"},
      {R"({"filter": {"application": "audit", "entity": ["pro"], "grant": "G", "actor": "x"}})",
       R"({"filter":{"application":["audit"],"actor":["x"],"entity":["pro"],"grant":["g"]}})"},
      {R"({"filter": {"actor": "\"}],\\ \u00e9\n"}})",
       "{\"filter\":{\"actor\":[\"\\\"}]\",\"\\\\ \u00e9\\n\"]}}"},
  };
  for (const Case& c : cases) {
    const auto query = saved_query_of(c.body);
    ASSERT_TRUE(query) << c.body;
    EXPECT_EQ(saved_query_json(*query), c.kept);
    const auto again = saved_query_of(c.kept);
    ASSERT_TRUE(again) << c.kept;
    EXPECT_EQ(saved_query_json(*again), c.kept);
  }
}

TEST(SavedQuery, WhatIsNotUnderstoodIsRefused) {
  struct Case {
    std::string body, named;
  };
  const Case cases[] = {
      {R"({})", "filter"},
      {R"({"filter": {}})", "filter"},
      {R"({"filter": null})", "filter"},
      {R"({"filter": ["Get"]})", "filter"},
      {R"({"filter": "action=Get"})", "filter"},
      {R"({"filter": {"actions": "Get"}})", "filter"},
      {R"({"filter": {"actor": "a", "actions": "Get"}})", "filter"},
      {R"({"filter": {"actions": "Get"}, "lastHours": 24})", "filter"},
      {R"({"filter": {"Action": "Get"}})", "filter"},
      {R"({"filter": {"limit": "1"}})", "filter"},
      {R"({"filter": {"query": "other"}})", "filter"},
      {R"({"filter": {"lastHours": 24}})", "filter"},
      {R"({"filter": {"": "Get"}})", "filter"},
      {R"({"filter": {"action": []}, "lastHours": 1})", "action"},
      {R"({"filter": {"action": ""}, "lastHours": 1})", "action"},
      {R"({"filter": {"action": [",", ""]}, "lastHours": 1})", "action"},
      {R"({"filter": {"action": 7}})", "action"},
      {R"({"filter": {"action": null}})", "action"},
      {R"({"filter": {"action": {"is": "Get"}}})", "action"},
      {R"({"filter": {"action": ["Get", 7]}})", "action"},
      {R"({"filter": {"action": [["Get"]]}})", "action"},
      {R"({"filter": {"entity": "shoes"}})", "entity"},
      {R"({"filter": {"outcome": ["done", "maybe"]}})", "outcome"},
      {R"({"filter": {"application": "checkout"}})", "application"},
      {R"({"filter": {"actor": ")" + std::string(201, 'a') + R"("}})", "actor"},
      {R"({"filter": {"actor": )" + long_list(21, 1) + "}}", "actor"},
      {R"({"filter": {"from": "yesterday"}})", "from"},
      {R"({"filter": {"from": ""}})", "from"},
      {R"({"filter": {"from": ["2026-01-05"]}})", "from"},
      {R"({"filter": {"to": 2026}})", "to"},
      {R"({"filter": {"from": "2026-01-05", "to": "2026-01-05"}})", "to"},
      {R"({"lastHours": 0})", "lastHours"},
      {R"({"lastHours": 87601})", "lastHours"},
      {R"({"lastHours": 4294967297})", "lastHours"},
      {R"({"lastHours": -1})", "lastHours"},
      {R"({"lastHours": 1.5})", "lastHours"},
      {R"({"lastHours": 1e2})", "lastHours"},
      {R"({"lastHours": "24"})", "lastHours"},
      {R"({"lastHours": null})", "lastHours"},
      {R"({"lastHours": 24, "filter": {"from": "2026-01-05"}})", "lastHours"},
      {R"({"lastHours": 24, "filter": {"to": "2026-01-05"}})", "lastHours"},
      {R"({"filter": {"action": "Get"}, "name": "other"})", ""},
      {R"({"filter": {"action": "Get"}, "LastHours": 1})", ""},
      {R"([])", ""},
      {R"("filter")", ""},
  };
  for (const Case& c : cases) {
    const auto query = saved_query_of(c.body);
    ASSERT_FALSE(query) << c.body;
    EXPECT_EQ(query.error().code(), ErrorCode::invalid_argument) << c.body;
    EXPECT_EQ(query.error().subject(), c.named) << c.body;
  }
  for (const std::string body : {"", "{", R"({"filter": {"id": "a", "id": "b"}})",
                                 R"({"lastHours": 1, "lastHours": 2})", "{\"filter\": \"\xff\"}"}) {
    const auto query = saved_query_of(body);
    ASSERT_FALSE(query) << body;
    EXPECT_EQ(query.error().code(), ErrorCode::invalid_json) << body;
  }
}

TEST(SavedQuery, HasAtMost4KiB) {
  const auto of = [](std::size_t size) {
    const std::string most = R"({"filter":{"actor":)" + long_list(20, 192) + R"(,"id":[")";
    const std::string body = most + std::string(size - most.size() - 4, 'a') + "\"]}}";
    EXPECT_EQ(body.size(), size);
    return saved_query_of(body);
  };
  const auto most = of(SavedQuery::size_max_bytes);
  ASSERT_TRUE(most);
  EXPECT_EQ(saved_query_json(*most).size(), SavedQuery::size_max_bytes);
  const auto more = of(SavedQuery::size_max_bytes + 1);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code(), ErrorCode::invalid_argument);
  // Blanks are not kept, and so are not counted; a body has its own end.
  EXPECT_TRUE(saved_query_of(R"({"lastHours":1)" + std::string(5000, ' ') + "}"));
  const auto long_body = saved_query_of(R"({"lastHours":1)" + std::string(70'000, ' ') + "}");
  ASSERT_FALSE(long_body);
  EXPECT_EQ(long_body.error().code(), ErrorCode::too_large);
}

TEST(SavedQuery, TheLastHoursAreCountedWhenItIsRun) {
  const Instant now = *parse_instant("2026-01-05T10:00:00.5000000+00:00");
  SavedQuery query = *saved_query_of(R"({"filter":{"action":"Get"},"lastHours":24})");
  AuditFilter filter = filter_at(query, now);
  EXPECT_EQ(filter.from, parse_instant("2026-01-04T10:00:00.5000000+00:00"));
  EXPECT_FALSE(filter.to);
  EXPECT_EQ(filter.actions, AuditFilter::AnyOf{"Get"});
  EXPECT_EQ(*filter_at(query, now + std::chrono::hours(1)).from - *filter.from,
            std::chrono::hours(1));
  query = *saved_query_of(R"({"filter":{"from":"2026-01-05"}})");
  EXPECT_EQ(filter_at(query, now).from, query.filter.from);
  query = *saved_query_of(R"({"filter":{"action":"Get"}})");
  EXPECT_FALSE(filter_at(query, now).from);
}

TEST(SavedQuery, NamesAreShortAndPlain) {
  for (const std::string name : {std::string("a"), std::string("reveals-of-2026"),
                                 std::string(63, 'a'), std::string("a--"), std::string("z9")}) {
    EXPECT_TRUE(is_query_name(name)) << name;
  }
  for (const std::string name :
       {std::string(), std::string(64, 'a'), std::string("9a"), std::string("-a"),
        std::string("Reveals"), std::string("a b"), std::string("a_b"), std::string("a/b"),
        std::string("\xc3\xa9"), std::string("a\0b", 3), std::string("a\n")}) {
    EXPECT_FALSE(is_query_name(name)) << name;
  }
}

}  // namespace
}  // namespace velum::saved_query_test
