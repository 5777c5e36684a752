// What the License Manager does with users, and with the roles of users and app keys.

#include <algorithm>
#include <utility>

#include "server/license_manager.h"
#include "server/license_rules.h"

namespace velum {
namespace {

constexpr std::size_t roles_each_max = 32;

Result<UserRow> user_to_change(const AccountAccess& access, const Caller& caller, PrincipalId id,
                               AuditEntry& entry) {
  const UserRow* row = access.find_user(id);
  if (row == nullptr) return no_such_user();
  entry.record = RecordId(id.uuid());
  TRY(may_give(access, caller, access.grants_of_roles(row->roles)));
  TRY(may_give(access, caller, access.leave_of(id, entry.time)));
  return *row;
}

// A token makes no token, or it would never end; and a key that ends, or comes from some networks
// alone, signs on nobody who could make themselves a way around that.
Result<void> may_sign_on(const AccountAccess& access, const Caller& caller,
                         const Result<UserRow>& row) {
  if (!row) return row.error();
  if (caller.decision.principal.kind == PrincipalKind::user) {
    return Error(ErrorCode::permission_denied, "an app key signs users on, and no user does");
  }
  const Grants grants = access.grants_of_roles(row->roles);
  const auto gives = {Resource::save_app_keys, Resource::save_users, Resource::issue_user_tokens,
                      Resource::approve_unmask};
  const bool is_way_around = std::any_of(gives.begin(), gives.end(), [&](Resource resource) {
    return grants.allows(resource, EntityId::profile);
  });
  return is_way_around ? is_within(access, caller, AppKeyRow()) : Result<void>();
}

Result<const Role*> role_of_number(const AccountAccess& access, std::uint32_t number) {
  for (const Role* role : access.roles()) {
    if (role->number == number) return role;
  }
  return Error(ErrorCode::invalid_argument, "the account has no such role");
}

// The list with what is given and without what is taken, and what is on record of that.
Result<std::string> changed_roles(const AccountAccess& access, std::string_view had,
                                  const RoleChange& change, std::vector<std::string>& said) {
  std::vector<std::string> roles;
  for (const std::string_view one : listed(had)) roles.emplace_back(one);
  for (const std::uint32_t number : change.given) {
    TRY_ASSIGN(const Role* const role, role_of_number(access, number));
    TRY(check_role(access, role->key));
    if (std::find(roles.begin(), roles.end(), role->key) == roles.end()) roles.push_back(role->key);
  }
  if (change.taken) {
    const auto role = role_of_number(access, *change.taken);
    if (!role) return Error(ErrorCode::not_found, "there is no such role");
    std::erase(roles, (*role)->key);
  }
  if (roles.size() > roles_each_max) {
    return Error(ErrorCode::invalid_argument, "nobody has more than 32 roles");
  }
  for (const std::string& role : roles) said.push_back("role:" + role);
  if (roles.empty()) said.emplace_back("roles");
  return as_list(roles);
}

void replace(AccessRows& rows, const UserRow& row) {
  std::replace_if(
      rows.users.begin(), rows.users.end(), [&row](const UserRow& one) { return one.id == row.id; },
      row);
}

}  // namespace

Task<Result<UserRow>> LicenseManager::create_user(Caller caller, NewUser user) {
  CO_TRY_ASSIGN(UserRow row, make_user(*caller.account->vault, user, parts_.clock, parts_.random));
  const Plan plan = [&](const AccountAccess& access, AuditEntry& entry) -> Result<Change> {
    const auto& users = access.rows().users;
    const auto found = std::find_if(users.begin(), users.end(), [&row](const UserRow& one) {
      return one.email_digest == row.email_digest;
    });
    Change change{access.rows(), {}};
    if (found != users.end()) {
      const Principal& who = caller.decision.principal;
      if (!access.decide(who, Resource::view_users, EntityId::profile, parts_.clock).allowed) {
        return Error(ErrorCode::conflict, "there is a user with this e-mail already");
      }
      row = *found;
      return change;
    }
    if (users.size() >= users_max) {
      return Error(ErrorCode::conflict, "an account has at most 1000 users");
    }
    for (const std::string& role : user.roles) {
      TRY(check_role(access, role));
      entry.fields.push_back("role:" + role);
    }
    row.roles = as_list(user.roles);
    entry.record = RecordId(row.id.uuid());
    TRY(may_give(access, caller, access.grants_of_roles(row.roles)));
    if (!row.roles.empty()) TRY(is_within(access, caller, AppKeyRow()));
    change.rows.users.push_back(row);
    change.batch.emplace_back(InsertUser{row});
    return change;
  };
  CO_TRY(co_await apply(caller, "CreateUser", plan));
  co_return row;
}

Task<Result<UserRow>> LicenseManager::with_user(Caller caller, PrincipalId id, ChangeUser change) {
  UserRow row;
  const Plan plan = [&](const AccountAccess& access, AuditEntry& entry) -> Result<Change> {
    TRY_ASSIGN(row, user_to_change(access, caller, id, entry));
    TRY(change(access, row, entry));
    Change made{access.rows(), {}};
    if (entry.fields.empty()) return made;
    replace(made.rows, row);
    made.batch.emplace_back(UpdateUser{row});
    return made;
  };
  CO_TRY(co_await apply(caller, "UpdateUser", plan));
  co_return row;
}

Task<Result<UserRow>> LicenseManager::change_user(Caller caller, PrincipalId id,
                                                  UserFields fields) {
  const Vault& vault = *caller.account->vault;
  const ChangeUser change = [&](const AccountAccess&, UserRow& row, AuditEntry& entry) {
    if (fields.name) entry.fields.emplace_back("name");
    if (fields.state) entry.fields.emplace_back("isActive");
    if (fields.state) row.state = *fields.state;
    if (row.state == UserState::inactive) ++row.generation;  // Its tokens are not back with it.
    return fields.name ? rename(row, vault, *fields.name) : Result<void>();
  };
  co_return co_await with_user(caller, id, change);
}

Task<Result<void>> LicenseManager::delete_user(Caller caller, PrincipalId id) {
  const Plan plan = [&](const AccountAccess& access, AuditEntry& entry) -> Result<Change> {
    TRY(user_to_change(access, caller, id, entry));
    Change change{access.rows(), {}};
    std::erase_if(change.rows.users, [id](const UserRow& one) { return one.id == id; });
    change.batch.emplace_back(DeleteUser{access.rows().account, id});
    return change;
  };
  const auto deleted = co_await apply(caller, "DeleteUser", plan);
  if (!deleted && deleted.error().code() != ErrorCode::not_found) co_return deleted.error();
  // The key of what was personal is not left in a file's free space either; nor is one that was
  // deleted before, and could not be then.
  CO_TRY(co_await parts_.store.scrub());
  co_return deleted;
}

Task<Result<void>> LicenseManager::change_roles(Caller caller, PrincipalId id, RoleChange wanted) {
  if (parts_.directory.of(caller.account->id)->find_user(id) != nullptr) {
    const ChangeUser change = [&](const AccountAccess& access, UserRow& row,
                                  AuditEntry& entry) -> Result<void> {
      const std::string had = row.roles;
      TRY_ASSIGN(row.roles, changed_roles(access, had, wanted, entry.fields));
      TRY(may_give(access, caller, access.grants_of_roles(row.roles)));
      // Whoever made a token for less does not have it for more.
      if (row.roles != had && !wanted.given.empty()) ++row.generation;
      return wanted.given.empty() ? Result<void>() : is_within(access, caller, AppKeyRow());
    };
    CO_TRY(co_await with_user(caller, id, change));
    co_return Result<void>();
  }
  const Plan plan = [&](const AccountAccess& access, AuditEntry& entry) -> Result<Change> {
    if (access.find(id) == nullptr) return no_such_user();
    TRY_ASSIGN(AppKeyRow row, key_to_change(access, caller, id, entry));
    if (row.state == AppKeyState::revoked) {
      return Error(ErrorCode::conflict, "this app key is revoked, for good: make another one");
    }
    TRY_ASSIGN(row.roles, changed_roles(access, row.roles, wanted, entry.fields));
    TRY(may_give(access, caller, access.grants_of_roles(row.roles)));
    if (!wanted.given.empty()) TRY(is_within(access, caller, row));
    return changed_key(access, row);
  };
  co_return co_await apply(caller, "UpdateAppKey", plan);
}

Task<Result<void>> LicenseManager::end_tokens(Caller caller, PrincipalId id) {
  const ChangeUser change = [](const AccountAccess&, UserRow& row, AuditEntry& entry) {
    entry.fields.emplace_back("tokens");
    ++row.generation;
    return Result<void>();
  };
  CO_TRY(co_await with_user(caller, id, change));
  co_return Result<void>();
}

Task<Result<IssuedToken>> LicenseManager::issue_token(Caller caller, PrincipalId id) {
  const Account& account = *caller.account;
  const std::shared_ptr<const AccountAccess> access = parts_.directory.of(account.id);
  AuditEntry entry = entry_for(caller, "CreateUserToken");
  Result<UserRow> row = user_to_change(*access, caller, id, entry);
  if (const auto may = may_sign_on(*access, caller, row); !may) row = may.error();
  if (row && row->state != UserState::active) {
    row = Error(ErrorCode::conflict, "this user is not active");
  }
  if (!row) {
    const auto refused = co_await refuse(row.error(), std::move(entry));
    co_return refused.error();
  }
  UserToken token =
      make_user_token(PrincipalKind::user, id, basis_of(*row), parts_.clock.now(), parts_.random);
  const AppKeyRow* own = access->find(caller.decision.principal.id);
  const Instant ends = own != nullptr ? own->expires_at.value_or(Instant::max()) : Instant::max();
  token.expires_at =
      std::min(token.expires_at, Instant(std::chrono::floor<std::chrono::seconds>(ends)));
  entry.target = token.id.text();
  CO_TRY_ASSIGN(Sensitive text, sign_user_token(token, account.name, *account.vault));
  CO_TRY(co_await parts_.audit.record(std::move(entry)));
  co_return IssuedToken{std::move(text), token.expires_at};
}

}  // namespace velum
