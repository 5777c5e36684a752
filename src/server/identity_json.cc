#include "server/identity_json.h"

#include "json/json_text.h"
#include "server/json_body.h"

namespace velum {
namespace {

constexpr std::chrono::minutes minutes_if_unsaid{15};

std::string_view token_type(PrincipalKind kind) {
  if (kind == PrincipalKind::app_key) return "appkey";
  return kind == PrincipalKind::shopper ? "shopper" : "user";
}

Result<Sensitive> text_in(const json::Document& document, std::string_view name) {
  const json::Value* value = document.root().find(name);
  if (value == nullptr || !value->is_string()) {
    return Error(ErrorCode::invalid_argument, "the body lacks a text that this takes",
                 std::string(name));
  }
  return Sensitive(value->text());
}

}  // namespace

Result<AppLogin> app_login_of(std::string_view body) {
  static constexpr std::string_view known[] = {"appkey", "apptoken"};
  TRY_ASSIGN(const json::Document document, object_of(body, known));
  TRY_ASSIGN(Sensitive key, text_in(document, known[0]));
  TRY_ASSIGN(Sensitive token, text_in(document, known[1]));
  return AppLogin{std::move(key), std::move(token)};
}

Result<Sensitive> token_of(std::string_view body) {
  static constexpr std::string_view known[] = {"token"};
  TRY_ASSIGN(const json::Document document, object_of(body, known));
  return text_in(document, known[0]);
}

Result<ShopperTokenRequest> shopper_token_request_of(std::string_view body) {
  static constexpr std::string_view known[] = {"token", "minutes"};
  TRY_ASSIGN(const json::Document document, object_of(body, known));
  TRY_ASSIGN(const Sensitive token, text_in(document, known[0]));
  std::chrono::minutes minutes = minutes_if_unsaid;
  if (const json::Value* said = document.root().find("minutes")) {
    const auto number = whole_number(said);
    if (!number || *number < 1 || *number > shopper_token_life_max.count()) {
      return Error(ErrorCode::invalid_argument, "minutes is a whole number from 1 to 60",
                   "minutes");
    }
    minutes = std::chrono::minutes(*number);
  }
  const auto subject = Token::parse(token.text());
  if (!subject) return Error(ErrorCode::not_found, "there is no such record");
  return ShopperTokenRequest{*subject, minutes};
}

WipedText login_json(const Sensitive& token, Instant expires_at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(expires_at).time_since_epoch();
  WipedText out;
  append(out, R"({"authStatus":"Success","token":")");
  append(out, token.text());
  append(out, R"(","expires":)");
  append(out, std::to_string(seconds.count()));
  append(out, "}");
  return out;
}

std::string validation_json(const Principal& principal, std::string_view account) {
  const bool is_shopper = principal.kind == PrincipalKind::shopper;
  return json_object({{"authStatus", json_string("Success")},
                      {"id", json_string(principal.id.text())},
                      {"user", json_string(principal.name)},
                      {"account", json_string(account)},
                      {"audience", json_string(is_shopper ? "webstore" : "admin")},
                      {"tokenType", json_string(token_type(principal.kind))}});
}

}  // namespace velum
