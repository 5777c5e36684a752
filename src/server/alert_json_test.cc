#include "server/alert_json.h"

#include <gtest/gtest.h>

namespace velum::alert_json_test {
namespace {

TEST(AlertJson, TakesAUrlAndEventsAndNothingElse) {
  const auto all = webhook_fields_of(R"({"url":"https://a.example/in"})");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->url, "https://a.example/in");
  EXPECT_TRUE(all->events.empty());
  const auto some = webhook_fields_of(
      R"({"events":["canary.revealed","canary.revealed"],"url":"https://a.example/in"})");
  ASSERT_TRUE(some);
  EXPECT_EQ(some->events, std::vector{AlertKind::canary_revealed});
  for (const char* refused :
       {"[]", "{}", R"({"url":7})", R"({"url":"http://a.example"})", R"({"url":"https://u@a/"})",
        R"({"url":"https://a.example","event":[]})",
        R"({"url":"https://a.example","events":"canary.revealed"})",
        R"({"url":"https://a.example","events":["nothing"]})",
        R"({"url":"https://a.example","events":[7]})"}) {
    const auto fields = webhook_fields_of(refused);
    ASSERT_FALSE(fields) << refused;
    EXPECT_EQ(fields.error().code(), ErrorCode::invalid_argument) << refused;
  }
  EXPECT_EQ(webhook_fields_of("{").error().code(), ErrorCode::invalid_json);
  const std::string large = R"({"url":")" + std::string(20'000, 'a') + R"("})";
  EXPECT_EQ(webhook_fields_of(large).error().code(), ErrorCode::too_large);
}

TEST(AlertJson, ShowsAllButTheSecret) {
  WebhookRow row;
  row.events = "canary.revealed,webhook.test";
  row.older_ends_at = Instant(Ticks(2));
  const std::string shown = webhook_json({row, "https://a.example/in"}, Instant(Ticks(1)));
  EXPECT_NE(shown.find(R"("events":["canary.revealed","webhook.test"])"), std::string::npos);
  EXPECT_NE(shown.find(R"("previousSecretEndsAt":"1970)"), std::string::npos);
  EXPECT_NE(webhook_json({row, ""}, Instant(Ticks(2))).find(R"("previousSecretEndsAt":null)"),
            std::string::npos);
  EXPECT_EQ(shown.find("whsec_"), std::string::npos);
  const WipedText issued = issued_webhook_json({{row, ""}, Key256()}, Instant());
  EXPECT_TRUE(view(issued).starts_with(R"({"secret":"whsec_AAAA)"));
}

}  // namespace
}  // namespace velum::alert_json_test
