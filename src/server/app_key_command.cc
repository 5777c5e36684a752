#include "server/app_key_command.h"

#include <algorithm>
#include <utility>

#include "json/json_text.h"
#include "server/admin_api.h"

namespace velum {
namespace {

WipedText text_of(std::string_view text) {
  WipedText out;
  append(out, text);
  return out;
}

Result<PrincipalId> id_of(const AccountAccess& access, std::string_view key) {
  const auto& keys = access.rows().keys;
  const auto found = std::find_if(keys.begin(), keys.end(), [key](const AppKeyRow& one) {
    return one.app_key == key || one.id.text() == key;
  });
  if (found == keys.end()) return Error(ErrorCode::not_found, "there is no such app key");
  return found->id;
}

std::string list_of(const AccountAccess& access, Instant now) {
  std::vector<std::string> items;
  for (const AppKeyRow& row : access.rows().keys) items.push_back(app_key_json(row, now));
  return json_array(items);
}

}  // namespace

Task<Result<WipedText>> do_with_app_keys(AppKeyDesk desk, const Account& account, AppKeyWish wish) {
  const auto access = desk.access.of(account.id);
  Caller caller = admin_caller(account, desk.random, "velum appkey", Resource::save_app_keys);
  if (wish.verb == AppKeyVerb::list) co_return text_of(list_of(*access, desk.clock.now()));
  if (wish.verb == AppKeyVerb::create) {
    CO_TRY_ASSIGN(AppKeyFields fields, app_key_fields_of(wish.body));
    CO_TRY_ASSIGN(const IssuedKey made,
                  co_await desk.license.create_key(std::move(caller), std::move(fields)));
    co_return issued_key_json(made.row, made.token, desk.clock.now());
  }
  CO_TRY_ASSIGN(const PrincipalId id, id_of(*access, wish.key));
  if (wish.verb == AppKeyVerb::revoke) {
    CO_TRY(co_await desk.license.revoke_key(std::move(caller), id));
    co_return text_of("{}");
  }
  CO_TRY_ASSIGN(const std::chrono::seconds overlap, overlap_of(wish.body));
  CO_TRY_ASSIGN(const IssuedKey rotated,
                co_await desk.license.rotate_key(std::move(caller), id, overlap));
  co_return issued_key_json(rotated.row, rotated.token, desk.clock.now());
}

}  // namespace velum
