#include "server/license_json.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace velum {
namespace {

using std::chrono::seconds;

TEST(LicenseJson, ReadsTheFieldsThatAreThere) {
  const auto fields = app_key_fields_of(
      R"({"label":"erp","roles":["reader","dpo","reader"],"expiresAt":"2027-01-31T00:00:00Z",)"
      R"("allowedNetworks":["10.0.0.0/8","::1"],"defaultReason":"nightly","isActive":false})");
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->label, "erp");
  EXPECT_EQ(*fields->roles, (std::vector<std::string>{"reader", "dpo"}));
  EXPECT_EQ(to_text(**fields->expires_at), "2027-01-31T00:00:00.0000000+00:00");
  EXPECT_EQ(fields->networks->size(), 2U);
  EXPECT_EQ(fields->default_reason, "nightly");
  EXPECT_EQ(fields->state, AppKeyState::inactive);
  const auto none = app_key_fields_of("{}");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->label || none->roles || none->expires_at || none->networks || none->state);
  const auto cleared = app_key_fields_of(R"({"expiresAt":null,"defaultReason":null})");
  ASSERT_TRUE(cleared);
  EXPECT_EQ(cleared->expires_at, std::optional<std::optional<Instant>>(std::optional<Instant>()));
  EXPECT_EQ(cleared->default_reason, "");
}

// What is not understood of a key would be a key that may more than was meant.
TEST(LicenseJson, RefusesWhatIsNotUnderstood) {
  const std::string long_label(101, 'a');
  for (const std::string& body :
       {std::string("[]"), std::string(R"({"expires":"2027-01-31T00:00:00Z"})"),
        std::string(R"({"label":""})"), R"({"label":")" + long_label + R"("})",
        std::string(R"({"label":"a\nb"})"), std::string(R"({"label":1})"),
        std::string(R"({"roles":"reader"})"), std::string(R"({"roles":[1]})"),
        std::string(R"({"expiresAt":"2027-01-31"})"), std::string(R"({"expiresAt":5})"),
        std::string(R"({"allowedNetworks":["10.0.0.1/8"]})"),
        std::string(R"({"allowedNetworks":["everywhere"]})"),
        std::string(R"({"allowedNetworks":"10.0.0.0/8"})"), std::string(R"({"defaultReason":1})"),
        std::string(R"({"isActive":"true"})")}) {
    const auto fields = app_key_fields_of(body);
    ASSERT_FALSE(fields) << body;
    EXPECT_EQ(fields.error().code(), ErrorCode::invalid_argument) << body;
  }
  EXPECT_EQ(app_key_fields_of("{").error().code(), ErrorCode::invalid_json);
  EXPECT_EQ(app_key_fields_of(std::string(70'000, ' ')).error().code(), ErrorCode::too_large);
  for (const std::string_view body :
       {R"({"name":"a"})", R"({"resources":[]})", R"({"name":"","resources":[]})",
        R"({"name":"a","resources":{}})", R"({"name":"a","resources":[],"key":"b"})"}) {
    EXPECT_FALSE(role_fields_of(body)) << body;
  }
}

TEST(LicenseJson, ReadsTimesInUtcOnly) {
  struct Case {
    std::string_view text;
    std::string_view instant;  // Empty: refused.
  };
  const Case cases[] = {
      {"2027-01-31T00:00:00Z", "2027-01-31T00:00:00.0000000+00:00"},
      {"2027-01-31T23:59:59.5Z", "2027-01-31T23:59:59.5000000+00:00"},
      {"2027-01-31T23:59:59.1234567+00:00", "2027-01-31T23:59:59.1234567+00:00"},
      {"2027-01-31T00:00:00", ""},
      {"2027-01-31T00:00:00+01:00", ""},
      {"2027-01-31T00:00:00.Z", ""},
      {"2027-01-31T00:00:00.12345678Z", ""},
      {"2027-02-30T00:00:00Z", ""},
      {"2027-01-31 00:00:00Z", ""},
      {"2027-01-31T00:00:00.1Z2Z", ""},
      {"", ""},
  };
  for (const Case& c : cases) {
    const auto instant = instant_of(c.text);
    EXPECT_EQ(instant ? to_text(*instant) : "", c.instant) << c.text;
  }
}

TEST(LicenseJson, AnOverlapIsAnHourUnlessItIsSaid) {
  EXPECT_EQ(*overlap_of(""), seconds(3600));
  EXPECT_EQ(*overlap_of("{}"), seconds(3600));
  EXPECT_EQ(*overlap_of(R"({"overlapSeconds":0})"), seconds(0));
  EXPECT_EQ(*overlap_of(R"({"overlapSeconds":2592000})"), seconds(2'592'000));
  for (const std::string_view body :
       {R"({"overlapSeconds":2592001})", R"({"overlapSeconds":-1})", R"({"overlapSeconds":1.5})",
        R"({"overlapSeconds":"60"})", R"({"overlap":60})", R"({"overlapSeconds":1e3})"}) {
    EXPECT_FALSE(overlap_of(body)) << body;
  }
}

TEST(LicenseJson, ShowsAKeyAndItsTokenOnce) {
  AppKeyRow row;
  row.app_key = "velumappkey-loja-1";
  row.label = "erp";
  row.roles = "reader,dpo";
  row.older_ends_at = Instant(seconds(100));
  const std::string shown = app_key_json(row, Instant(seconds(99)));
  EXPECT_NE(shown.find(R"("roles":["reader","dpo"])"), std::string::npos);
  EXPECT_NE(shown.find(R"("previousTokenEndsAt":"1970)"), std::string::npos);
  EXPECT_EQ(shown.find("oken\":\""), std::string::npos);
  EXPECT_NE(app_key_json(row, Instant(seconds(100))).find(R"("previousTokenEndsAt":null)"),
            std::string::npos);
  row.expires_at = Instant(seconds(50));
  EXPECT_NE(app_key_json(row, Instant(seconds(50))).find(R"("isActive":false,"state":"expired")"),
            std::string::npos);
  const WipedText issued = issued_key_json(row, Sensitive("the token"), Instant(seconds(1)));
  EXPECT_TRUE(view(issued).starts_with(R"({"appToken":"the token","id":")"));
}

}  // namespace
}  // namespace velum
