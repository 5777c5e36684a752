// The handlers of users, and of the roles of users and app keys.

#include <algorithm>
#include <charconv>
#include <utility>

#include "json/json_text.h"
#include "json/value.h"
#include "server/answers.h"
#include "server/api.h"
#include "server/identity_json.h"
#include "server/json_body.h"
#include "server/license_rules.h"
#include "server/paging.h"

namespace velum {
namespace {

struct Listed {
  const UserRow* row;
  UserDetails details;
};

enum class UserOrder : std::uint8_t { id, name, email };

Result<UserOrder> user_order_of(const std::optional<Sensitive>& sort) {
  const std::string_view by = sort ? sort->text() : "id";
  if (by == "id") return UserOrder::id;
  if (by == "name") return UserOrder::name;
  if (by == "email") return UserOrder::email;
  return Error(ErrorCode::invalid_argument, "users are sorted by id, name or email", "sort");
}

void sort_by(UserOrder order, std::vector<Listed>& users) {
  std::stable_sort(users.begin(), users.end(), [order](const Listed& left, const Listed& right) {
    if (order == UserOrder::id) return left.row->id < right.row->id;
    if (order == UserOrder::name) return left.details.name.text() < right.details.name.text();
    return left.details.email.text() < right.details.email.text();
  });
}

// As documented: beside what it says of a user, what we do not know of anybody.
void append_login(const Listed& user, const AccountAccess& access, const Account& account,
                  WipedText& out) {
  std::vector<std::string> roles;
  bool is_admin = false;
  for (const std::string_view key : listed(user.row->roles)) {
    is_admin = is_admin || key == owner_role;
    if (const Role* role = access.role(key)) roles.push_back(json_string(role->name));
  }
  append(out, R"({"id":)");
  append(out, json_string(user.row->id.text()));
  append(out, R"(,"email":)");
  json::write_string(user.details.email.text(), out);
  append(out, R"(,"name":)");
  json::write_string(user.details.name.text(), out);
  append(out, is_admin ? R"(,"isAdmin":true)" : R"(,"isAdmin":false)");
  append(out, R"(,"isReliable":false,"isBlocked":)");
  append(out, user.row->state == UserState::active ? "false" : "true");
  append(out, R"(,"roles":)");
  append(out, json_array(roles));
  append(out, R"(,"accountNames":)");
  append(out, json_array({json_string(account.name)}));
  append(out, "}");
}

Result<std::vector<Listed>> opened(const AccountAccess& access, const Vault& vault) {
  std::vector<Listed> users;
  for (const UserRow& row : access.rows().users) {
    TRY_ASSIGN(UserDetails details, details_of(row, vault));
    users.push_back({&row, std::move(details)});
  }
  return users;
}

std::string roles_json(const AccountAccess& access, std::string_view keys) {
  std::vector<std::string> items;
  for (const std::string_view key : listed(keys)) {
    if (const Role* role = access.role(key)) {
      items.push_back(
          json_object({{"id", std::to_string(role->number)}, {"name", json_string(role->name)}}));
    }
  }
  return json_array(items);
}

}  // namespace

Result<PrincipalId> Api::user_in_path(const Call& call) {
  TRY_ASSIGN(const Sensitive text, call.in_path(0));
  const auto id = PrincipalId::parse(text.text());
  if (!id) return no_such_user();
  return *id;
}

// Whoever may do it to a user may not do it to an app key for that.
Task<Result<void>> Api::allow_of_key(const Call& call, PrincipalId id, Resource resource) {
  if (access_.of(call.caller.account->id).find(id) == nullptr) co_return Result<void>();
  Caller caller = call.caller;
  Decision decision = decide(caller, resource, EntityId::profile);
  co_return co_await allow(caller, std::move(decision));
}

Task<Result<HttpResponse>> Api::create_user(const Call& call) {
  CO_TRY_ASSIGN(NewUser user, new_user_of(call.request.body));
  CO_TRY_ASSIGN(const UserRow row, co_await license_.create_user(call.caller, std::move(user)));
  CO_TRY_ASSIGN(const UserDetails details, details_of(row, *call.caller.account->vault));
  co_return shown(200, user_json(row, details));
}

Result<HttpResponse> Api::read_user(const Call& call) {
  TRY_ASSIGN(const PrincipalId id, user_in_path(call));
  const UserRow* row = access_.of(call.caller.account->id).find_user(id);
  if (row == nullptr) return no_such_user();
  TRY_ASSIGN(const UserDetails details, details_of(*row, *call.caller.account->vault));
  return shown(200, user_json(*row, details));
}

Task<Result<HttpResponse>> Api::change_user(const Call& call) {
  CO_TRY_ASSIGN(const PrincipalId id, user_in_path(call));
  CO_TRY_ASSIGN(UserFields fields, user_fields_of(call.request.body));
  CO_TRY_ASSIGN(const UserRow row,
                co_await license_.change_user(call.caller, id, std::move(fields)));
  CO_TRY_ASSIGN(const UserDetails details, details_of(row, *call.caller.account->vault));
  co_return shown(200, user_json(row, details));
}

Task<Result<HttpResponse>> Api::delete_user(const Call& call) {
  CO_TRY_ASSIGN(const PrincipalId id, user_in_path(call));
  CO_TRY(co_await license_.delete_user(call.caller, id));
  WipedText empty;
  append(empty, "{}");
  co_return shown(200, std::move(empty));
}

Result<HttpResponse> Api::list_users(const Call& call) {
  TRY_ASSIGN(const Page page, page_in_query(call.request));
  TRY_ASSIGN(const auto sort, call.in_query("sort"));
  TRY_ASSIGN(const UserOrder order, user_order_of(sort));
  const Account& account = *call.caller.account;
  const AccountAccess& access = access_.of(account.id);
  TRY_ASSIGN(std::vector<Listed> users, opened(access, *account.vault));
  sort_by(order, users);
  if (page.is_descending) std::reverse(users.begin(), users.end());
  WipedText out;
  append(out, R"({"items":[)");
  for (std::size_t at = page.first(); at < std::min(users.size(), page.end()); ++at) {
    if (at > page.first()) append(out, ",");
    append_login(users[at], access, account, out);
  }
  append(out, R"(],"paging":)");
  append(out, paging_json(page, users.size()));
  append(out, "}");
  return shown(200, std::move(out));
}

Task<Result<HttpResponse>> Api::list_user_roles(const Call& call) {
  CO_TRY_ASSIGN(const PrincipalId id, user_in_path(call));
  CO_TRY(co_await allow_of_key(call, id, Resource::view_app_keys));
  const AccountAccess& access = access_.of(call.caller.account->id);
  const AppKeyRow* key = access.find(id);
  const UserRow* user = access.find_user(id);
  if (key == nullptr && user == nullptr) co_return no_such_user();
  WipedText out;
  append(out, roles_json(access, key != nullptr ? key->roles : user->roles));
  co_return shown(200, std::move(out));
}

Task<Result<HttpResponse>> Api::add_user_roles(const Call& call) {
  CO_TRY_ASSIGN(const PrincipalId id, user_in_path(call));
  RoleChange change;
  CO_TRY_ASSIGN(change.given, role_numbers_of(call.request.body));
  CO_TRY(co_await allow_of_key(call, id, Resource::save_app_keys));
  CO_TRY(co_await license_.change_roles(call.caller, id, std::move(change)));
  co_return no_content();
}

Task<Result<HttpResponse>> Api::remove_user_role(const Call& call) {
  CO_TRY_ASSIGN(const PrincipalId id, user_in_path(call));
  CO_TRY_ASSIGN(const Sensitive text, call.in_path(1));
  const std::string_view digits = text.text();
  const char* const end = digits.data() + digits.size();
  std::uint32_t number = 0;
  const auto [stop, failure] = std::from_chars(digits.data(), end, number);
  if (failure != std::errc() || stop != end) {
    co_return Error(ErrorCode::not_found, "there is no such role");
  }
  RoleChange change;
  change.taken = number;
  CO_TRY(co_await allow_of_key(call, id, Resource::save_app_keys));
  CO_TRY(co_await license_.change_roles(call.caller, id, std::move(change)));
  co_return no_content();
}

Task<Result<HttpResponse>> Api::issue_user_token(const Call& call) {
  CO_TRY_ASSIGN(const PrincipalId id, user_in_path(call));
  if (!call.request.body.empty()) CO_TRY(object_of(call.request.body, {}));
  CO_TRY_ASSIGN(const IssuedToken made, co_await license_.issue_token(call.caller, id));
  co_return shown(201, login_json(made.token, made.expires_at));
}

Task<Result<HttpResponse>> Api::end_user_tokens(const Call& call) {
  CO_TRY_ASSIGN(const PrincipalId id, user_in_path(call));
  CO_TRY(co_await license_.end_tokens(call.caller, id));
  co_return no_content();
}

}  // namespace velum
