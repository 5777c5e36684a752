#include "alerts/alert.h"

#include <gtest/gtest.h>

#include "audit/entry.h"
#include "io/sim_random.h"

namespace velum::alert_test {
namespace {

constexpr AccountId here{7};

class AlertTest : public testing::Test {
 protected:
  AlertTest() {
    entry_.account = here;
    entry_.time = Instant(Ticks(17'000'000'000'000'000));
    entry_.action = "GetProfileUnmasked";
    entry_.actor_id = PrincipalId::random(random_).text();
    entry_.actor_name = "velumappkey-loja-abc";
    entry_.rule = "role:operator";
    entry_.token = canary_;
    entry_.request = RequestId::random(random_);
  }

  std::vector<Alert> alerts(std::uint64_t number = 5) const {
    const EncodedEntry encoded = encode(entry_, "loja", "us");
    const std::string text = encoded.head + std::to_string(number) + encoded.tail;
    return alerts_of({here, number, text}, {canary_});
  }
  std::optional<AlertKind> kind() const {
    const std::vector<Alert> all = alerts();
    EXPECT_LE(all.size(), 1U);
    return all.empty() ? std::nullopt : std::optional(all.front().kind);
  }
  AlertId id(std::uint64_t number = 5) const { return alerts(number).at(0).id; }

  SeededRandom random_{1};
  Token canary_ = Token::random(random_);
  AuditEntry entry_;
};

TEST_F(AlertTest, SaysWhoDidWhatAndNothingOfWhom) {
  const std::vector<Alert> all = alerts();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all.front().body,
            R"({"type":"canary.revealed","timestamp":"2023-11-14T22:13:20.0000000+00:00",)"
            R"("data":{"account":"loja","action":"GetProfileUnmasked",)"
            R"("actor":{"kind":"app_key","name":"velumappkey-loja-abc"},)"
            R"("rule":"role:operator","entry":5}})");
  EXPECT_EQ(all.front().body.find(canary_.text()), std::string::npos);
}

TEST_F(AlertTest, AnyRevealOfACanaryAndNoOther) {
  for (const char* action :
       {"GetProfileUnmasked", "GetAddressUnmasked", "GetContactVersionUnmasked",
        "GetProspectUnmasked", "GetUnmaskedPersonalInformation"}) {
    entry_.action = action;
    EXPECT_EQ(kind(), AlertKind::canary_revealed) << action;
  }
  for (const AuditOutcome outcome : {AuditOutcome::refused, AuditOutcome::failed}) {
    entry_.outcome = outcome;
    EXPECT_EQ(kind(), std::nullopt);
  }
  entry_.outcome = AuditOutcome::done;
  entry_.action = "UpdateProfile";
  EXPECT_EQ(kind(), std::nullopt);
  entry_.action = "GetProfileUnmasked";
  entry_.token = Token::random(random_);
  EXPECT_EQ(kind(), std::nullopt);
  entry_.token.reset();
  EXPECT_EQ(kind(), std::nullopt);
}

TEST_F(AlertTest, OneRequestIsOneRevealAndAnotherIsAnother) {
  const AlertId first = id(5);
  entry_.action = "GetAddressUnmasked";
  EXPECT_EQ(id(6), first);
  entry_.request = RequestId::random(random_);
  EXPECT_NE(id(7), first);
}

TEST_F(AlertTest, ABudgetIsExceededOnceAKeyAndAWindow) {
  const auto id_at = [this](const char* rule, std::chrono::seconds later) {
    entry_.token.reset();
    entry_.rule = rule;
    entry_.outcome = AuditOutcome::refused;
    entry_.time = Instant(Ticks(17'000'000'000'000'000)) + later;
    entry_.request = RequestId::random(random_);
    EXPECT_EQ(kind(), AlertKind::budget_exceeded);
    return id();
  };
  using std::chrono::seconds;
  // 22:13:20, with 40 seconds of its minute to go.
  EXPECT_EQ(id_at("budget:lookups-per-minute", seconds(0)),
            id_at("budget:lookups-per-minute", seconds(39)));
  EXPECT_NE(id_at("budget:lookups-per-minute", seconds(0)),
            id_at("budget:lookups-per-minute", seconds(40)));
  EXPECT_EQ(id_at("budget:subjects-per-hour", seconds(0)),
            id_at("budget:subjects-per-hour", seconds(40)));
  EXPECT_NE(id_at("budget:subjects-per-hour", seconds(0)),
            id_at("budget:subjects-per-hour", seconds(3600)));
  EXPECT_EQ(id_at("budget:subjects-per-day", seconds(0)),
            id_at("budget:subjects-per-day", seconds(3600)));
  EXPECT_NE(id_at("budget:subjects-per-day", seconds(0)),
            id_at("budget:subjects-per-hour", seconds(0)));
  const AlertId one = id_at("budget:subjects-per-day", seconds(0));
  entry_.actor_id = PrincipalId::random(random_).text();
  EXPECT_NE(id_at("budget:subjects-per-day", seconds(0)), one);
}

TEST_F(AlertTest, BreakGlassIsTheRules) {
  entry_.token.reset();
  for (const char* rule : {"break_glass", "break_glass:incident", "role:dpo break_glass"}) {
    entry_.rule = rule;
    EXPECT_EQ(kind(), AlertKind::break_glass) << rule;
  }
  entry_.outcome = AuditOutcome::refused;
  EXPECT_EQ(kind(), std::nullopt);
  entry_.outcome = AuditOutcome::done;
  entry_.rule = "role:owner";
  EXPECT_EQ(kind(), std::nullopt);
}

TEST_F(AlertTest, WhoTakesAMarkAwayIsTold) {
  entry_.action = "DeleteCanary";
  EXPECT_EQ(kind(), AlertKind::canary_unmarked);
  entry_.action = "PutCanary";
  EXPECT_EQ(kind(), std::nullopt);
}

TEST(AlertNames, LeadBack) {
  for (const AlertKind kind : all_alert_kinds) EXPECT_EQ(alert_named(alert_name(kind)), kind);
  EXPECT_EQ(alert_named("no.such"), std::nullopt);
}

}  // namespace
}  // namespace velum::alert_test
