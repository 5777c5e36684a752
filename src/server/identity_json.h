#pragma once
// What is sent and shown where somebody logs in.

#include <string_view>

#include "access/user_tokens.h"
#include "base/result.h"
#include "base/sensitive.h"

namespace velum {

struct AppLogin {
  Sensitive app_key;
  Sensitive app_token;
};

struct ShopperTokenRequest {
  Token subject;
  std::chrono::minutes minutes;
};

// These fail with invalid_json, invalid_argument or too_large.
Result<AppLogin> app_login_of(std::string_view body);
Result<Sensitive> token_of(std::string_view body);
// {"token": "...", "minutes": 15}, for a quarter of an hour if it does not say. Also not_found:
// what is no id names nobody.
Result<ShopperTokenRequest> shopper_token_request_of(std::string_view body);

// As documented: the token, and when it ends in seconds of Unix time.
WipedText login_json(const Sensitive& token, Instant expires_at);
// Whose it is. `account` is its name.
std::string validation_json(const Principal& principal, std::string_view account);

}  // namespace velum
