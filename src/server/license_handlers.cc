// The handlers of the License Manager: app keys, roles, resources and the account itself.

#include <algorithm>
#include <utility>

#include "json/json_text.h"
#include "server/answers.h"
#include "server/api.h"
#include "server/license_rules.h"
#include "server/paging.h"

namespace velum {
namespace {

enum class RoleOrder : std::uint8_t { id, key, name };

Result<RoleOrder> role_order_of(const std::optional<Sensitive>& sort) {
  const std::string_view by = sort ? sort->text() : "id";
  if (by == "id") return RoleOrder::id;
  if (by == "key") return RoleOrder::key;
  if (by == "name") return RoleOrder::name;
  return Error(ErrorCode::invalid_argument, "roles are sorted by id, key or name", "sort");
}

void sort_by(RoleOrder order, std::vector<const Role*>& roles) {
  std::stable_sort(roles.begin(), roles.end(), [order](const Role* left, const Role* right) {
    if (order == RoleOrder::key) return left->key < right->key;
    if (order == RoleOrder::name) return left->name < right->name;
    return left->number < right->number;
  });
}

std::string residency(const Account& account) {
  const bool is_documented = account.region == "us" || account.region == "eu";
  return json_object({{"PII", is_documented ? json_string(account.region) : "null"}});
}

}  // namespace

Result<PrincipalId> Api::app_key_in_path(const Call& call) {
  TRY_ASSIGN(const Sensitive text, call.in_path(0));
  const auto id = PrincipalId::parse(text.text());
  if (!id) return Error(ErrorCode::not_found, "there is no such app key");
  return *id;
}

HttpResponse Api::list_app_keys(const Call& call) {
  const Instant now = shared_.clock.now();
  std::vector<std::string> items;
  for (const AppKeyRow& row : access_.of(call.caller.account->id).rows().keys) {
    items.push_back(app_key_json(row, now));
  }
  return shown(200, json_array(items));
}

Result<HttpResponse> Api::read_app_key(const Call& call) {
  TRY_ASSIGN(const PrincipalId id, app_key_in_path(call));
  const AppKeyRow* row = access_.of(call.caller.account->id).find(id);
  if (row == nullptr) return Error(ErrorCode::not_found, "there is no such app key");
  return shown(200, app_key_json(*row, shared_.clock.now()));
}

Task<Result<HttpResponse>> Api::create_app_key(const Call& call) {
  CO_TRY_ASSIGN(AppKeyFields fields, app_key_fields_of(call.request.body));
  CO_TRY_ASSIGN(const IssuedKey key, co_await license_.create_key(call.caller, std::move(fields)));
  co_return shown(201, issued_key_json(key.row, key.token, shared_.clock.now()));
}

Task<Result<HttpResponse>> Api::change_app_key(const Call& call) {
  CO_TRY_ASSIGN(const PrincipalId id, app_key_in_path(call));
  CO_TRY_ASSIGN(AppKeyFields fields, app_key_fields_of(call.request.body));
  CO_TRY_ASSIGN(const AppKeyRow row,
                co_await license_.change_key(call.caller, id, std::move(fields)));
  co_return shown(200, app_key_json(row, shared_.clock.now()));
}

Task<Result<HttpResponse>> Api::revoke_app_key(const Call& call) {
  CO_TRY_ASSIGN(const PrincipalId id, app_key_in_path(call));
  CO_TRY(co_await license_.revoke_key(call.caller, id));
  co_return no_content();
}

Task<Result<HttpResponse>> Api::rotate_app_key(const Call& call) {
  CO_TRY_ASSIGN(const PrincipalId id, app_key_in_path(call));
  CO_TRY_ASSIGN(const std::chrono::seconds overlap, overlap_of(call.request.body));
  CO_TRY_ASSIGN(const IssuedKey key, co_await license_.rotate_key(call.caller, id, overlap));
  co_return shown(200, issued_key_json(key.row, key.token, shared_.clock.now()));
}

HttpResponse Api::read_account(const Call& call) {
  const Account& account = *call.caller.account;
  const std::string name = json_string(account.name);
  return shown(200,
               json_object({{"id", json_string(std::to_string(static_cast<unsigned>(account.id)))},
                            {"name", name},
                            {"accountName", name},
                            {"isActive", "true"},
                            {"region", json_string(account.region)},
                            {"Privacy", residency(account)}}));
}

Result<HttpResponse> Api::read_account_privacy(const Call& call) {
  const Account& account = *call.caller.account;
  TRY_ASSIGN(const Sensitive name, call.in_path(0));
  if (shared_.accounts.find(name.text()) != &account) {
    return Error(ErrorCode::not_found, "there is no such account here");
  }
  return shown(200, json_object({{"accountName", json_string(account.name)},
                                 {"Privacy", residency(account)}}));
}

HttpResponse Api::read_unmask_policy(const Call& call) {
  return shown(200, unmask_policy_json(access_.of(call.caller.account->id)));
}

Task<Result<HttpResponse>> Api::put_unmask_policy(const Call& call) {
  CO_TRY_ASSIGN(UnmaskPolicy policy, unmask_policy_of(call.request.body));
  CO_TRY(co_await license_.put_unmask_policy(call.caller, std::move(policy)));
  co_return shown(200, unmask_policy_json(access_.of(call.caller.account->id)));
}

Result<HttpResponse> Api::list_roles(const Call& call) {
  TRY_ASSIGN(const Page page, page_in_query(call.request));
  TRY_ASSIGN(const auto sort, call.in_query("sort"));
  TRY_ASSIGN(const RoleOrder order, role_order_of(sort));
  std::vector<const Role*> roles = access_.of(call.caller.account->id).roles();
  sort_by(order, roles);
  if (page.is_descending) std::reverse(roles.begin(), roles.end());
  std::vector<std::string> items;
  for (std::size_t at = page.first(); at < std::min(roles.size(), page.end()); ++at) {
    items.push_back(role_json(*roles[at]));
  }
  return shown(200, json_object({{"items", json_array(items)},
                                 {"paging", paging_json(page, roles.size())}}));
}

Task<Result<HttpResponse>> Api::put_role(const Call& call) {
  CO_TRY_ASSIGN(const Sensitive key, call.in_path(0));
  CO_TRY_ASSIGN(RoleFields fields, role_fields_of(call.request.body));
  CO_TRY(check_fields(*call.caller.account, fields.grants));
  CO_TRY_ASSIGN(const Role role, co_await license_.put_role(call.caller, std::string(key.text()),
                                                            std::move(fields)));
  co_return shown(200, role_json(role));
}

Task<Result<HttpResponse>> Api::delete_role(const Call& call) {
  CO_TRY_ASSIGN(const Sensitive key, call.in_path(0));
  CO_TRY(co_await license_.delete_role(call.caller, std::string(key.text())));
  co_return no_content();
}

HttpResponse Api::list_resources() {
  return shown(200, resources_json());
}

}  // namespace velum
