// What a shopper's token reaches, and the call that makes one.

#include <algorithm>
#include <utility>

#include "audit/filter.h"
#include "server/answers.h"
#include "server/api.h"
#include "server/identity_json.h"

namespace velum {

// Their own, named by its id. Of all else nothing is looked up, so that who is not there, who is
// another one and what is no id are one answer. That they asked is on record before it.
Task<Result<void>> Api::allow_shopper(Call& call, const Principal& shopper) {
  const Resource resource = call.route.resource;
  const AccountAccess& access = access_.of(call.caller.account->id);
  Decision decision = access.decide(shopper, resource, call.route.entity, shared_.clock);
  const bool is_way = is_of_one_subject(call.route);
  decision.allowed = decision.allowed && is_way;
  const auto allowed = co_await allow(call.caller, std::move(decision));
  if (!is_way && allowed.error().code() == ErrorCode::permission_denied) {
    co_return Error(ErrorCode::permission_denied,
                    "a shopper's token is for the records of that shopper alone");
  }
  CO_TRY(allowed);
  CO_TRY_ASSIGN(const std::optional<Token> named, subject_in_path(call));
  const std::vector<Token>& own = call.caller.decision.subjects;
  if (named && std::find(own.begin(), own.end(), *named) != own.end()) co_return Result<void>();
  AuditEntry entry = refusal_entry(call.caller, resource_name(resource));
  CO_TRY(co_await shared_.audit.record(std::move(entry)));
  co_return Error(ErrorCode::not_found, "there is no such record");
}

// A profile or a prospect of the account that is there.
Task<Result<Api::Subject>> Api::require_subject(const Caller& caller, Token subject) {
  for (const EntityId entity : {EntityId::profile, EntityId::prospect}) {
    Caller of = caller;
    of.decision.entity = entity;
    CO_TRY_ASSIGN(const RecordKey key, co_await engine_.resolve(of, subject.text()));
    const auto view = co_await engine_.read_masked(of, key, std::nullopt);
    if (view) co_return Subject{entity, view->meta};
    if (view.error().code() != ErrorCode::not_found) co_return view.error();
  }
  co_return Error(ErrorCode::not_found, "there is no such record");
}

// With the token its maker can see whatever the shopper can: it counts as if they had.
Task<Result<void>> Api::take_reveal_of(const Caller& caller, Token subject) {
  const auto taken = shared_.budgets.reveals.take(caller.decision.principal.id, {&subject, 1});
  if (taken) co_return Result<void>();
  AuditEntry entry = refusal_entry(caller, shopper_token_made);
  entry.entity.reset();
  entry.token = subject;
  entry.rule = "budget:" + taken.error().subject();
  CO_TRY(co_await shared_.audit.record(std::move(entry)));
  co_return taken.error();
}

Task<Result<HttpResponse>> Api::issue_shopper_token(const Call& call) {
  CO_TRY_ASSIGN(const ShopperTokenRequest wanted, shopper_token_request_of(call.request.body));
  const Account& account = *call.caller.account;
  const PrincipalId maker = call.caller.decision.principal.id;
  const std::string_view app_token = call.request.header("X-VTEX-API-AppToken");
  AuditEntry entry = refusal_entry(call.caller, shopper_token_made);
  entry.entity.reset();
  const AppKeyRow* key = access_.of(account.id).find(maker);
  if (key == nullptr || app_token.empty()) {
    CO_TRY(co_await shared_.audit.record(std::move(entry)));
    co_return Error(ErrorCode::permission_denied,
                    "an app key with its token makes shoppers' tokens, and no user token does");
  }
  const Instant ends = key->expires_at.value_or(Instant::max());
  const auto found = co_await require_subject(call.caller, wanted.subject);
  if (!found) {
    entry.outcome = AuditOutcome::failed;
    CO_TRY(co_await shared_.audit.record(std::move(entry)));
    co_return found.error();
  }
  CO_TRY(co_await take_reveal_of(call.caller, wanted.subject));
  const ShopperBasis basis{maker, basis_of(sha256(as_bytes(app_token)))};
  UserToken token = make_user_token(PrincipalKind::shopper, PrincipalId(wanted.subject.uuid()),
                                    basis.text(), shared_.clock.now(), shared_.random);
  token.expires_at = std::min(token.issued_at + wanted.minutes,
                              Instant(std::chrono::floor<std::chrono::seconds>(ends)));
  CO_TRY_ASSIGN(const Sensitive text, sign_user_token(token, account.name, *account.vault));
  entry.outcome = AuditOutcome::done;
  entry.entity = found->entity;
  entry.token = wanted.subject;
  entry.record = found->meta.id;
  entry.version = found->meta.version;
  entry.fields = {std::string(all_fields)};
  entry.target = token.id.text();
  CO_TRY(co_await shared_.audit.record(std::move(entry)));
  co_return shown(201, login_json(text, token.expires_at));
}

}  // namespace velum
