#include "audit/breach_report.h"

#include <gtest/gtest.h>

#include <sstream>

#include "audit/entry.h"
#include "base/clock.h"
#include "json/value.h"

namespace velum {
namespace {

const Instant start = *parse_iso_instant("2026-01-05T10:00Z");

Token person(std::uint8_t number) {
  Uuid::Raw raw{};
  raw.back() = number;
  return Token(Uuid(raw));
}

struct Said {
  std::string action = "GetProfileUnmasked";
  std::string actor = "mallory";
  int minute = 0;
  std::optional<std::uint8_t> about = 1;
  std::vector<std::string> fields = {"*"};
  AuditOutcome outcome = AuditOutcome::done;
  std::string account = "loja";
};

std::string entry_of(const Said& said) {
  AuditEntry entry;
  entry.time = start + std::chrono::minutes(said.minute);
  entry.action = said.action;
  entry.actor_id = "id-" + said.actor;
  entry.actor_name = said.actor;
  entry.outcome = said.outcome;
  if (said.about) entry.token = person(*said.about);
  entry.fields = said.fields;
  const EncodedEntry encoded = encode(entry, said.account, "us");
  return encoded.head + "1" + encoded.tail;
}

std::string report_of(AuditFilter filter, const std::vector<Said>& entries) {
  BreachReport report("loja", std::move(filter));
  for (const Said& said : entries) EXPECT_TRUE(report.take(entry_of(said)));
  std::ostringstream out;
  report.write_json(out);
  EXPECT_TRUE(json::Document::parse(out.str())) << out.str();
  return out.str();
}

const std::vector<Said>& breach() {
  static const std::vector<Said> entries{
      {.minute = 1, .about = 1},
      {.action = "GetAddressUnmasked", .minute = 2, .about = 2, .fields = {"street", "city"}},
      {.action = "GetAddressVersionUnmasked", .minute = 3, .about = 2, .fields = {"city"}},
      {.minute = 4, .about = 2},
      {.minute = 5, .about = 3, .outcome = AuditOutcome::refused},
      {.action = "UnmaskItemResource", .minute = 5, .about = {}, .outcome = AuditOutcome::refused},
      {.minute = 6, .about = 4, .outcome = AuditOutcome::failed},
      {.action = "CreateProfile", .minute = 6, .about = 5},
      {.action = "ValidateProfileConditions", .minute = 6, .about = 6, .fields = {"email"}},
      {.action = "PutItemResource", .minute = 6, .about = {}, .outcome = AuditOutcome::refused},
      {.actor = "alice", .minute = 7, .about = 7},
      {.minute = 8, .about = 8, .account = "outra"},
  };
  return entries;
}

TEST(BreachReport, CountsWhatWasSeenAndBesideItWhatWasTried) {
  const std::string report = report_of({.actors = {"mallory"}}, breach());
  const auto says = [&report](std::string_view text) {
    EXPECT_NE(report.find(text), std::string::npos) << text << " in " << report;
  };
  says(R"("people":2,"disclosures":4,"disclosuresAboutNobody":0,)");
  says(R"("conditionsAnswered":1,"refused":2,"failed":1,)");
  says(R"("first":"2026-01-05T10:01:00.0000000+00:00",)");
  says(R"("last":"2026-01-05T10:04:00.0000000+00:00","byField")");
  says(R"("byField":{"*":2,"city":2,"street":1},"byActor":{"mallory":4})");
  says("{\"token\":\"" + person(2).text() +
       R"(","disclosures":3,"fields":["*","city","street"],)"
       R"("first":"2026-01-05T10:02:00.0000000+00:00",)"
       R"("last":"2026-01-05T10:04:00.0000000+00:00"},)");
  says("{\"token\":\"" + person(1).text() + R"(","disclosures":1,"fields":["*"],)");
  EXPECT_LT(report.find(person(2).text()), report.find(person(1).text())) << "the most first";
  for (std::uint8_t untouched = 3; untouched <= 8; ++untouched) {
    EXPECT_EQ(report.find(person(untouched).text()), std::string::npos) << untouched;
  }
}

TEST(BreachReport, GoesByTheTimesThatWereAskedFor) {
  const auto disclosures = [](int from, int to) {
    const std::string report = report_of({.actors = {"id-mallory"},
                                          .from = start + std::chrono::minutes(from),
                                          .to = start + std::chrono::minutes(to)},
                                         breach());
    const std::size_t at = report.find("\"disclosures\":") + 14;
    return std::stoi(report.substr(at));
  };
  EXPECT_EQ(disclosures(1, 4), 3);
  EXPECT_EQ(disclosures(1, 5), 4);
  EXPECT_EQ(disclosures(2, 3), 1);
  EXPECT_EQ(disclosures(5, 60), 0);
}

TEST(BreachReport, OfNothingIsAReportToo) {
  const std::string report = report_of({}, {});
  EXPECT_NE(report.find(R"("people":0,"disclosures":0,)"), std::string::npos);
  EXPECT_NE(report.find(R"("first":null,"last":null)"), std::string::npos);
  EXPECT_NE(report.find(R"("tokens":[])"), std::string::npos);
}

TEST(BreachReport, SaysItForPeople) {
  BreachReport report("loja", {});
  for (const Said& said : breach()) ASSERT_TRUE(report.take(entry_of(said)));
  std::ostringstream out;
  report.write_text(out);
  EXPECT_TRUE(out.str().starts_with("5 disclosures about 3 people, from 2026-01-05T10:01"));
  EXPECT_NE(out.str().find("\nbeside them 2 refused, 1 for what was not there, and 1 times"),
            std::string::npos);
  EXPECT_NE(out.str().find("\nby mallory: 4\n"), std::string::npos);
}

}  // namespace
}  // namespace velum
