// The handlers of grants to unmask.

#include <algorithm>
#include <utility>

#include "server/answers.h"
#include "server/api.h"
#include "server/grant_json.h"
#include "server/license_rules.h"

namespace velum {

namespace {

// Who sees and ends what others have, beside their own.
bool may_approve(const AccountAccess& access, const Caller& caller, const Clock& clock) {
  const Principal& who = caller.decision.principal;
  return access.decide(who, Resource::approve_unmask, EntityId::profile, clock).allowed;
}

}  // namespace

Result<HttpResponse> Api::show_grant(const Call& call, int status, const UnmaskGrantRow& row) {
  TRY_ASSIGN(WipedText text, grant_json(row, *call.caller.account->vault, shared_.clock.now()));
  return shown(status, std::move(text));
}

Result<GrantId> Api::grant_in_path(const Call& call) {
  TRY_ASSIGN(const Sensitive text, call.in_path(0));
  const auto id = GrantId::parse(text.text());
  if (!id) return Error(ErrorCode::not_found, "there is no such grant");
  return *id;
}

Task<Result<HttpResponse>> Api::request_grant(const Call& call) {
  CO_TRY_ASSIGN(GrantRequest request, grant_request_of(call.request.body));
  CO_TRY(check_fields(*call.caller.account, request.scope));
  CO_TRY_ASSIGN(const UnmaskGrantRow row,
                co_await license_.request_grant(call.caller, std::move(request)));
  co_return show_grant(call, 201, row);
}

Result<HttpResponse> Api::list_grants(const Call& call) {
  const Account& account = *call.caller.account;
  const AccountAccess& access = access_.of(account.id);
  const bool sees_all = may_approve(access, call.caller, shared_.clock);
  WipedText out;
  for (const UnmaskGrantRow& row : access.rows().grants) {
    if (row.holder != call.caller.decision.principal.id && !sees_all) continue;
    TRY_ASSIGN(const WipedText one, grant_json(row, *account.vault, shared_.clock.now()));
    append(out, out.empty() ? "[" : ",");
    append(out, view(one));
  }
  append(out, out.empty() ? "[]" : "]");
  return shown(200, std::move(out));
}

Result<HttpResponse> Api::read_grant(const Call& call) {
  TRY_ASSIGN(const GrantId id, grant_in_path(call));
  const Account& account = *call.caller.account;
  const AccountAccess& access = access_.of(account.id);
  const UnmaskGrantRow* row = access.find_grant(id);
  const bool is_own = row != nullptr && row->holder == call.caller.decision.principal.id;
  if (row == nullptr || (!is_own && !may_approve(access, call.caller, shared_.clock))) {
    return Error(ErrorCode::not_found, "there is no such grant");
  }
  TRY_ASSIGN(WipedText text, grant_json(*row, *account.vault, shared_.clock.now()));
  return shown(200, std::move(text));
}

Task<Result<HttpResponse>> Api::approve_grant(const Call& call) {
  CO_TRY_ASSIGN(const GrantId id, grant_in_path(call));
  CO_TRY_ASSIGN(const UnmaskGrantRow row, co_await license_.approve_grant(call.caller, id));
  co_return show_grant(call, 200, row);
}

Task<Result<HttpResponse>> Api::end_grant(const Call& call) {
  CO_TRY_ASSIGN(const GrantId id, grant_in_path(call));
  CO_TRY(co_await license_.end_grant(call.caller, id));
  co_return no_content();
}

// Nobody breaks it unheard.
Task<Result<HttpResponse>> Api::break_glass(const Call& call) {
  CO_TRY_ASSIGN(GrantRequest request, break_glass_of(call.request.body));
  CO_TRY_ASSIGN(const std::vector<WebhookRow> webhooks,
                co_await store_.webhooks(call.caller.account->id));
  const auto hears = [](const WebhookRow& row) { return wants(row, AlertKind::break_glass); };
  if (std::none_of(webhooks.begin(), webhooks.end(), hears)) {
    co_return Error(ErrorCode::conflict,
                    "nobody would be told: make a webhook for break_glass.used first");
  }
  CO_TRY_ASSIGN(const UnmaskGrantRow row,
                co_await license_.break_glass(call.caller, std::move(request)));
  co_return show_grant(call, 201, row);
}

}  // namespace velum
