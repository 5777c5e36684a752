#include "access/app_keys.h"

#include <array>

#include "base/base64.h"
#include "crypto/crypto.h"

namespace velum {
namespace {

constexpr std::string_view token_prefix = "velum_token_";

struct RoleRule {
  std::string_view role;
  Resource resource;
};
constexpr RoleRule role_rules[] = {
    {"owner", Resource::get_item},    {"owner", Resource::put_item},
    {"owner", Resource::delete_item}, {"owner", Resource::unmask_item},
    {"owner", Resource::view_audit},  {"reader", Resource::get_item},
};

}  // namespace

bool role_exists(std::string_view role) {
  for (const RoleRule& rule : role_rules) {
    if (rule.role == role) return true;
  }
  return false;
}

NewAppKey make_app_key(AccountId account, std::string_view account_name, std::string label,
                       std::string role, Random& random) {
  VELUM_CHECK(role_exists(role));
  std::array<std::uint8_t, 9> key_bytes{};
  random.fill(key_bytes);
  Key256 token_bytes;
  random.fill(token_bytes.mutable_bytes());

  WipedText token;
  append(token, token_prefix);
  append_base64url(token_bytes.bytes(), token);

  AppKeyRow row;
  row.account = account;
  row.id = PrincipalId::random(random);
  row.app_key = std::string("velumappkey-").append(account_name).append("-");
  row.app_key.append(to_hex(key_bytes));
  const Sha256Digest hash = sha256(as_bytes(view(token)));
  row.token_hash.assign(hash.begin(), hash.end());
  row.label = std::move(label);
  row.role = std::move(role);
  return {std::move(row), Sensitive(std::move(token))};
}

AppKeys::AppKeys(std::vector<AppKeyRow> rows) {
  for (AppKeyRow& row : rows) {
    Known known{{PrincipalKind::app_key, row.account, row.id, row.app_key},
                std::move(row.token_hash),
                row.role};
    role_of_.emplace(row.id, row.role);
    by_app_key_.emplace(std::move(row.app_key), std::move(known));
  }
}

Result<Principal> AppKeys::authenticate(AccountId account, std::string_view app_key,
                                        std::string_view app_token) const {
  const Sha256Digest hash = sha256(as_bytes(app_token));
  const auto found = by_app_key_.find(std::string(app_key));
  const bool known = found != by_app_key_.end() && found->second.principal.account == account;
  const Sha256Digest nothing{};
  const ByteView expected = known ? ByteView(found->second.token_hash) : ByteView(nothing);
  const bool same = equal_in_constant_time(hash, expected);
  if (!known || !same) {
    return Error(ErrorCode::unauthenticated,
                 "send a valid X-VTEX-API-AppKey and X-VTEX-API-AppToken of this account");
  }
  return found->second.principal;
}

Decision AppKeys::decide(const Principal& principal, Resource resource, EntityId entity) const {
  Decision decision{principal, resource, entity, "none", false};
  // Whoever opened the admin socket owns the machine: file permissions were the authentication.
  if (principal.kind == PrincipalKind::local_admin) {
    decision.rule = "local_admin";
    decision.allowed = true;
    return decision;
  }
  const auto role = role_of_.find(principal.id);
  if (role == role_of_.end()) return decision;
  decision.rule = "role:" + role->second;
  for (const RoleRule& rule : role_rules) {
    if (rule.role == role->second && rule.resource == resource) decision.allowed = true;
  }
  return decision;
}

}  // namespace velum
