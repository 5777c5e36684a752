#include "modules/checkout/settings.h"

#include <algorithm>
#include <utility>

#include "json/json_text.h"
#include "modules/json_read.h"

namespace velum {
namespace {

struct TextSetting {
  std::string_view name;
  std::string CheckoutSettings::*member;
  std::size_t size_max;
};
constexpr TextSetting text_settings[] = {
    {"countryCode", &CheckoutSettings::country, 3},
    {"currencyCode", &CheckoutSettings::currency, 3},
    {"currencySymbol", &CheckoutSettings::currency_symbol, 8},
    {"timeZone", &CheckoutSettings::time_zone, 64},
    {"locale", &CheckoutSettings::locale, 16},
};
constexpr std::string_view opt_in_name = "savePersonalDataAsOptIn";

bool is_known(std::string_view name) {
  return name == opt_in_name ||
         std::any_of(std::begin(text_settings), std::end(text_settings),
                     [name](const TextSetting& setting) { return setting.name == name; });
}

}  // namespace

Result<CheckoutSettings> changed_settings(CheckoutSettings settings, std::string_view body) {
  TRY_ASSIGN(const json::Document document, read_object(body));
  for (const json::Member& member : document.root().members()) {
    if (is_known(member.name)) continue;
    return Error(ErrorCode::invalid_argument, "the body has a member that nothing here knows");
  }
  TRY_ASSIGN(const auto opt_in, flag_member(document.root(), opt_in_name));
  settings.save_data_as_opt_in = opt_in.value_or(settings.save_data_as_opt_in);
  for (const TextSetting& setting : text_settings) {
    TRY_ASSIGN(const auto text, text_member(document.root(), setting.name, setting.size_max));
    if (text) settings.*setting.member = *text;
  }
  return settings;
}

Result<CheckoutSettings> read_settings(std::string_view stored) {
  if (stored.empty()) return CheckoutSettings();
  auto settings = changed_settings(CheckoutSettings(), stored);
  if (!settings) return Error(ErrorCode::corrupt, "stored settings are not what was written");
  return settings;
}

std::string settings_json(const CheckoutSettings& settings) {
  std::vector<JsonMember> members{
      {std::string(opt_in_name), settings.save_data_as_opt_in ? "true" : "false"}};
  for (const TextSetting& setting : text_settings) {
    members.emplace_back(setting.name, json_string(settings.*setting.member));
  }
  return json_object(members);
}

std::string store_preferences_json(const CheckoutSettings& settings) {
  return json_object(
      {{"countryCode", json_string(settings.country)},
       {"saveUserData", settings.save_data_as_opt_in ? "false" : "true"},
       {"timeZone", json_string(settings.time_zone)},
       {"currencyCode", json_string(settings.currency)},
       {"currencyLocale", "1033"},
       {"currencySymbol", json_string(settings.currency_symbol)},
       {"currencyFormatInfo", R"({"currencyDecimalDigits":2,"currencyDecimalSeparator":".",)"
                              R"("currencyGroupSeparator":",","currencyGroupSize":3,)"
                              R"("startsWithCurrencySymbol":true})"}});
}

}  // namespace velum
