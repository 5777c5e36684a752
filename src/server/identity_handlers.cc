// Who asks, and the calls that make a token of an app key and look at one.

#include <algorithm>
#include <utility>

#include "server/answers.h"
#include "server/api.h"
#include "server/credentials.h"
#include "server/identity_json.h"

namespace velum {

// An app key where there is any of one, and else a user token.
Result<Principal> Api::who_asks(const HttpRequest& request, const Account& account) {
  const Presented with{request.header("X-VTEX-API-AppKey"), request.header("X-VTEX-API-AppToken"),
                       request.peer};
  const bool has_key = !with.app_key.empty() || !with.app_token.empty();
  const std::string_view token = has_key ? std::string_view() : user_token_in(request);
  if (!token.empty()) return owner_of(token, account, request.peer);
  return access_.of(account.id).authenticate(with, shared_.clock);
}

Result<Principal> Api::owner_of(std::string_view token, const Account& account, const Peer& peer) {
  const AccountAccess& access = access_.of(account.id);
  const auto read = read_user_token(token, account.name, *account.vault, shared_.clock.now());
  if (!read) return access.authenticate({{}, {}, peer}, shared_.clock);  // As nobody.
  return access.authenticate(*read, peer, shared_.clock);
}

Task<Result<HttpResponse>> Api::log_in(Call& call) {
  CO_TRY_ASSIGN(const AppLogin login, app_login_of(call.request.body));
  const Account& account = *call.caller.account;
  const AccountAccess& access = access_.of(account.id);
  const Presented with{login.app_key.text(), login.app_token.text(), call.request.peer};
  CO_TRY_ASSIGN(const Principal principal, access.authenticate(with, shared_.clock));
  const auto ends = access.find(principal.id)->expires_at.value_or(Instant::max());
  call.caller.decision.principal = principal;
  call.caller.decision.rule = "app_token";
  CO_TRY(co_await take_request(principal));
  std::string basis = basis_of(sha256(as_bytes(login.app_token.text())));
  UserToken token = make_user_token(principal.kind, principal.id, std::move(basis),
                                    shared_.clock.now(), shared_.random);
  token.expires_at =
      std::min(token.expires_at, Instant(std::chrono::floor<std::chrono::seconds>(ends)));
  AuditEntry entry = refusal_entry(call.caller, "Login");
  entry.outcome = AuditOutcome::done;
  entry.entity.reset();
  entry.record = RecordId(principal.id.uuid());
  entry.target = token.id.text();
  CO_TRY_ASSIGN(const Sensitive text, sign_user_token(token, account.name, *account.vault));
  CO_TRY(co_await shared_.audit.record(std::move(entry)));
  co_return shown(200, login_json(text, token.expires_at));
}

Task<Result<HttpResponse>> Api::validate_token(Call& call) {
  CO_TRY_ASSIGN(const Sensitive token, token_of(call.request.body));
  const Account& account = *call.caller.account;
  CO_TRY_ASSIGN(const Principal principal, owner_of(token.text(), account, call.request.peer));
  call.caller.decision.principal = principal;
  CO_TRY(co_await take_request(principal));
  co_return shown(200, validation_json(principal, account.name));
}

}  // namespace velum
