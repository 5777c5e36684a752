#pragma once
// What an account has decided of its checkout.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace velum {

struct CheckoutSettings {
  bool save_data_as_opt_in = false;  // Without a shopper's yes, no profile is made of an order.
  std::string country = "USA";       // ISO 3166, three letters.
  std::string currency = "USD";      // ISO 4217
  std::string currency_symbol = "$";
  std::string time_zone = "UTC";
  std::string locale = "en-US";
};

// What of them `body` sets; the others stay. Fails with invalid_field, or invalid_argument.
Result<CheckoutSettings> changed_settings(CheckoutSettings settings, std::string_view body);
// Empty text: the defaults. Fails with corrupt.
Result<CheckoutSettings> read_settings(std::string_view stored);
std::string settings_json(const CheckoutSettings& settings);
// As carts and orders show them.
std::string store_preferences_json(const CheckoutSettings& settings);

}  // namespace velum
