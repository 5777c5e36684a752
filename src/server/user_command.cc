#include "server/user_command.h"

#include <utility>

#include "server/admin_api.h"
#include "server/identity_json.h"

namespace velum {
namespace {

Result<WipedText> shown(const UserRow& row, const Account& account) {
  TRY_ASSIGN(const UserDetails details, details_of(row, *account.vault));
  return user_json(row, details);
}

Result<WipedText> list_of(const AccountAccess& access, const Account& account) {
  WipedText out;
  append(out, "[");
  for (const UserRow& row : access.rows().users) {
    if (out.size() > 1) append(out, ",");
    TRY_ASSIGN(const WipedText one, shown(row, account));
    append(out, view(one));
  }
  append(out, "]");
  return out;
}

}  // namespace

Task<Result<WipedText>> do_with_users(AppKeyDesk desk, const Account& account, UserWish wish) {
  const auto access = desk.access.of(account.id);
  Caller caller = admin_caller(account, desk.random, "velum user", Resource::save_users);
  if (wish.verb == UserVerb::list) co_return list_of(*access, account);
  if (wish.verb == UserVerb::create) {
    CO_TRY_ASSIGN(NewUser user, new_user_of(wish.body.text()));
    CO_TRY_ASSIGN(const UserRow row,
                  co_await desk.license.create_user(std::move(caller), std::move(user)));
    co_return shown(row, account);
  }
  const auto id = PrincipalId::parse(wish.id);
  if (!id) co_return Error(ErrorCode::not_found, "there is no such user");
  if (wish.verb == UserVerb::token) {
    CO_TRY_ASSIGN(const IssuedToken made,
                  co_await desk.license.issue_token(std::move(caller), *id));
    co_return login_json(made.token, made.expires_at);
  }
  CO_TRY(co_await desk.license.delete_user(std::move(caller), *id));
  WipedText out;
  append(out, "{}");
  co_return out;
}

}  // namespace velum
