#include "server/grant_json.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "access/allowed_reasons.h"
#include "io/sim_file.h"
#include "io/sim_random.h"
#include "json/value.h"
#include "keys/key_file.h"
#include "keys/root_keys.h"

namespace velum {
namespace {

constexpr std::string_view scope = R"([{"resource":"UnmaskItemResource","entities":["profile"]}])";

std::string grant_body(std::string_view members) {
  return R"({"purpose":"chargeback","minutes":30,"resources":)" + std::string(scope) +
         std::string(members) + "}";
}

TEST(GrantJsonTest, WhatIsAskedForIsRead) {
  const auto request = grant_request_of(
      grant_body(R"(,"ticket":"OPS-7","tokens":["11111111-1111-4111-8111-111111111111"])"));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->purpose.text(), "chargeback");
  EXPECT_EQ(request->ticket, "OPS-7");
  EXPECT_EQ(request->minutes, 30U);
  EXPECT_TRUE(request->scope.allows(Resource::unmask_item, EntityId::profile));
  EXPECT_FALSE(request->scope.allows(Resource::unmask_item, EntityId::address));
  EXPECT_EQ(request->subjects.size(), 1U);
  const auto least = grant_request_of(grant_body(""));
  ASSERT_TRUE(least);
  EXPECT_TRUE(least->ticket.empty() && least->subjects.empty());
}

TEST(GrantJsonTest, WhatIsNotUnderstoodIsRefused) {
  const std::string of_all = grant_body("");
  EXPECT_TRUE(grant_request_of(of_all));
  const std::string long_text(AllowedReasons::size_max_bytes + 1, 'a');
  const std::string bodies[] = {
      "{}",
      "[]",
      grant_body(R"(,"unknown":1)"),
      grant_body(R"(,"ticket":"Ana Prado")"),
      grant_body(R"(,"ticket":7)"),
      grant_body(R"(,"ticket":")" + std::string(65, 'a') + "\""),
      grant_body(R"(,"tokens":[])"),
      grant_body(R"(,"tokens":["ana@example.com"])"),
      grant_body(R"(,"tokens":null)"),
      R"({"purpose":"","minutes":30,"resources":)" + std::string(scope) + "}",
      R"({"purpose":"  ","minutes":30,"resources":)" + std::string(scope) + "}",
      R"({"purpose":")" + long_text + R"(","minutes":30,"resources":)" + std::string(scope) + "}",
      R"({"purpose":"a","minutes":0,"resources":)" + std::string(scope) + "}",
      R"({"purpose":"a","minutes":1441,"resources":)" + std::string(scope) + "}",
      R"({"purpose":"a","minutes":1.5,"resources":)" + std::string(scope) + "}",
      R"({"purpose":"a","minutes":"30","resources":)" + std::string(scope) + "}",
      R"({"purpose":"a","minutes":30,"resources":[]})",
      R"({"purpose":"a","minutes":30,"resources":[{"resource":"GetItemResource"}]})",
      R"({"purpose":"a","minutes":30})",
  };
  for (const std::string& body : bodies) {
    const auto request = grant_request_of(body);
    ASSERT_FALSE(request) << body;
    EXPECT_EQ(request.error().code(), ErrorCode::invalid_argument) << body;
  }
}

TEST(GrantJsonTest, BehindBrokenGlassIsEverythingForAnHourAtMost) {
  const auto request = break_glass_of(R"({"purpose":"a","minutes":60})");
  ASSERT_TRUE(request);
  for (const EntityId entity : all_entities) {
    EXPECT_TRUE(request->scope.allows(Resource::unmask_item, entity));
    EXPECT_FALSE(request->scope.allows(Resource::get_item, entity));
  }
  EXPECT_FALSE(break_glass_of(R"({"purpose":"a","minutes":61})"));
  EXPECT_FALSE(break_glass_of(grant_body("")));
}

class GrantShownTest : public testing::Test {
 protected:
  GrantShownTest() {
    EXPECT_TRUE(create_key_file(files_, "./keys", random_));
    roots_.emplace(*load_key_file(files_, "./keys", KeyScope::everything));
    const auto keys = *Vault::make_store_keys(*roots_, {AccountId{7}, "us"}, random_);
    vault_ = *Vault::open(*roots_, {AccountId{7}, "us"}, keys, random_);
    row_.id = GrantId::random(random_);
    row_.resources = scope;
    row_.purpose = vault_->seal_purpose(row_.id, as_bytes("a \"parcel\""));
  }
  std::string shown(Instant now) {
    const auto text = grant_json(row_, *vault_, now);
    return text ? std::string(view(*text)) : std::string();
  }

  SimFileSystem files_;
  SeededRandom random_{1};
  std::optional<RootKeys> roots_;
  std::unique_ptr<Vault> vault_;
  UnmaskGrantRow row_;
};

TEST_F(GrantShownTest, ItsStateIsTold) {
  const Instant now(std::chrono::hours(1000));
  struct Case {
    GrantState state;
    Instant ends_at;
    std::string_view told;
  };
  const Instant later = now + std::chrono::minutes(1);
  const Case cases[] = {
      {GrantState::requested, later, "requested"}, {GrantState::requested, now, "lapsed"},
      {GrantState::active, later, "active"},       {GrantState::active, now, "over"},
      {GrantState::ended, now, "ended"},           {GrantState::ended, later, "ended"},
  };
  for (const Case& c : cases) {
    row_.state = c.state;
    row_.ends_at = c.ends_at;
    EXPECT_NE(shown(now).find(R"("state":")" + std::string(c.told) + "\""), std::string::npos)
        << c.told;
  }
}

TEST_F(GrantShownTest, APurposeIsTextWhateverItHolds) {
  EXPECT_TRUE(json::Document::parse(shown(Instant())));
  EXPECT_NE(shown(Instant()).find(R"("purpose":"a \"parcel\"",)"), std::string::npos);
  row_.id = GrantId::random(random_);
  EXPECT_EQ(shown(Instant()), "");  // Another's.
}

TEST(GrantJsonTest, AScopeHasRoomInTheLog) {
  std::string fields;
  for (int count = 0; count < 100; ++count) {
    fields.append(count == 0 ? "\"" : ",\"").append(std::to_string(count)).append(150, 'a');
    fields.append("\"");
  }
  const std::string body = R"({"purpose":"a","minutes":1,"resources":[{"resource":)"
                           R"("UnmaskItemResource","entities":["profile"],"fields":[)" +
                           fields + "]}]}";
  const auto request = grant_request_of(body);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().code(), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace velum
