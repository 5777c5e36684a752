#include "cli/admin_client.h"

#include "json/value.h"
#include "server/problem.h"

namespace velum {
namespace {

// An answer that is no success, as the error that it was. Messages of the server hold no value.
Error error_of(const ClientAnswer& answer) {
  const auto body = json::Document::parse(view(answer.body));
  const json::Value* code = body && body->root().is_object() ? body->root().find("code") : nullptr;
  const json::Value* message = code != nullptr ? body->root().find("message") : nullptr;
  if (message == nullptr || !code->is_string() || !message->is_string()) {
    return {ErrorCode::io, "the server's answer is not understood"};
  }
  return {error_code_named(code->text()).value_or(ErrorCode::io), "refused",
          std::string(message->text())};
}

}  // namespace

Result<AdminClient> AdminClient::connect(const DataDirectory& data) {
  TRY_ASSIGN(UnixHttpClient client, UnixHttpClient::connect(data.admin_socket()));
  return AdminClient(std::move(client));
}

Result<WipedText> AdminClient::post(std::string_view account, std::string_view what,
                                    std::string_view body) {
  std::string target = "/admin/";
  target.append(account).append("/").append(what);
  TRY_ASSIGN(ClientAnswer answer, client_.call("POST", target, body));
  if (answer.status / 100 != 2) return error_of(answer);
  return std::move(answer.body);
}

Result<std::uint32_t> AdminClient::erase(std::string_view account, const Sensitive& email) {
  WipedText body;
  append(body, "{\"email\":");
  json::write_string(email.text(), body);
  body.push_back('}');
  TRY_ASSIGN(const WipedText answer, post(account, "erase", view(body)));
  return view(answer) == "{\"subjects\":0}" ? 0U : 1U;
}

Result<void> AdminClient::check(std::string_view account, std::string_view document) {
  TRY(post(account, "check", document));
  return {};
}

Result<void> AdminClient::create(std::string_view account, std::string_view document) {
  TRY(post(account, "profiles", document));
  return {};
}

}  // namespace velum
