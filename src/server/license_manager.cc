#include "server/license_manager.h"

#include <algorithm>
#include <utility>

#include "server/license_rules.h"

namespace velum {
namespace {

constexpr int attempts_max = 10;

Error is_revoked() {
  return {ErrorCode::conflict, "this app key is revoked, for good: make another one"};
}

// What it has from now on, and what else was set.
std::vector<std::string> said_of(const AppKeyFields& fields) {
  std::vector<std::string> said;
  for (const std::string& role : fields.roles.value_or(std::vector<std::string>())) {
    said.push_back("role:" + role);
  }
  const auto add = [&said](bool is_there, const char* name) {
    if (is_there) said.emplace_back(name);
  };
  add(fields.roles && fields.roles->empty(), "roles");
  add(fields.label.has_value(), "label");
  add(fields.expires_at.has_value(), "expiresAt");
  add(fields.networks.has_value(), "allowedNetworks");
  add(fields.certificates.has_value(), "clientCertificates");
  add(fields.default_reason.has_value(), "defaultReason");
  add(fields.state.has_value(), "isActive");
  return said;
}

std::vector<std::string> said_of(const AllowedReasons& reasons) {
  if (reasons.allow_any()) return {"allowedReasons:*"};
  std::vector<std::string> said;
  for (const std::string& text : reasons.texts()) said.push_back("allowedReasons:" + text);
  return said;
}

// A number that no other role of the account has.
std::uint32_t new_number(const AccountAccess& access, Random& random) {
  while (true) {
    std::array<std::uint8_t, 4> bytes{};
    random.fill(bytes);
    const std::uint32_t number = std::max(read_u32be(bytes) & 0x7FFF'FFFF, custom_role_number_min);
    const auto& roles = access.rows().roles;
    const bool is_taken = std::any_of(
        roles.begin(), roles.end(), [number](const RoleRow& one) { return one.number == number; });
    if (!is_taken) return number;
  }
}

// Now, or once all have ended that end some time.
bool loses_owners(const AccountAccess& before, const AccountAccess& after, Instant now) {
  const auto loses = [&](Instant at) {
    return before.count_owners(at) > 0 && after.count_owners(at) == 0;
  };
  return loses(now) || loses(Instant::max());
}

// On the revision that is changed: another request may have taken it from the caller meanwhile.
bool may_still(const AccountAccess& access, const Caller& caller, const Clock& clock) {
  const Decision& decision = caller.decision;
  return access.decide(decision.principal, decision.resource, decision.entity, clock).allowed;
}

Error lost_right(const Caller& caller) {
  return {ErrorCode::permission_denied, "this takes a resource that your roles lack",
          std::string(resource_name(caller.decision.resource))};
}

bool has_role(const AppKeyRow& row, std::string_view role) {
  const auto roles = listed(row.roles);
  return row.state != AppKeyState::revoked &&
         std::find(roles.begin(), roles.end(), role) != roles.end();
}

// A client that gives no reason must not be refused for ours.
bool may_be_default(const AllowedReasons& allowed, const AppKeyRow& key) {
  return key.default_reason.empty() || key.state == AppKeyState::revoked ||
         allowed.allow(key.default_reason);
}

Result<void> is_own(std::string_view role) {
  if (predefined_role(role) == nullptr) return {};
  return Error(ErrorCode::conflict, "this role is one that every account has: it stays as it is");
}

}  // namespace

AuditEntry LicenseManager::entry_for(const Caller& caller, std::string_view action) const {
  AuditEntry entry =
      entry_by(caller.decision, caller.account->id, action, parts_.clock.now(), parts_.random);
  entry.request = caller.request;
  return entry;
}

Task<Result<void>> LicenseManager::apply(Caller caller, std::string action, Plan plan) {
  const AccountId account = caller.account->id;
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const std::shared_ptr<const AccountAccess> before = parts_.directory.of(account);
    AuditEntry entry = entry_for(caller, action);
    Result<Change> change = may_still(*before, caller, parts_.clock)
                                ? plan(*before, entry)
                                : Result<Change>(lost_right(caller));
    std::shared_ptr<const AccountAccess> after;
    if (change) {
      change->rows.revision = before->revision() + 1;
      after = std::make_shared<AccountAccess>(std::move(change->rows));
      if (loses_owners(*before, *after, entry.time)) {
        change = Error(ErrorCode::conflict, "no owner's app key would be left: make another first");
      }
    }
    if (!change) co_return co_await refuse(change.error(), std::move(entry));
    if (change->batch.empty()) co_return Result<void>();
    change->batch.emplace_back(AdvanceAccess{account, before->revision()});
    change->batch.emplace_back(
        InsertOutbox{{account, entry.id, parts_.audit.encode_for_outbox(entry)}});
    const auto committed = co_await parts_.store.commit(std::move(change->batch));
    if (committed) {
      parts_.directory.publish(std::move(after));
      co_return Result<void>();
    }
    if (committed.error().code() != ErrorCode::version_mismatch) co_return committed.error();
    // Another request has changed something, and may not have said so yet.
    CO_TRY_ASSIGN(AccessRows rows, co_await parts_.store.access(account));
    parts_.directory.publish(std::make_shared<AccountAccess>(std::move(rows)));
  }
  co_return Error(ErrorCode::conflict, "others kept changing this account's keys: try again");
}

Task<Result<void>> LicenseManager::refuse(Error error, AuditEntry entry) {
  const ErrorCode code = error.code();
  if (code == ErrorCode::permission_denied || code == ErrorCode::conflict) {
    entry.outcome = AuditOutcome::refused;
    CO_TRY(co_await parts_.audit.record(std::move(entry)));
  }
  co_return error;
}

Result<void> LicenseManager::set(const AccountAccess& access, const AppKeyFields& fields,
                                 AppKeyRow& row) const {
  if (fields.roles) {
    for (const std::string& role : *fields.roles) TRY(check_role(access, role));
    row.roles = as_list(*fields.roles);
  }
  if (fields.expires_at) {
    row.expires_at = *fields.expires_at;
    if (is_expired(row, parts_.clock.now())) {
      return Error(ErrorCode::invalid_argument, "expiresAt has passed");
    }
  }
  if (fields.label) row.label = *fields.label;
  if (fields.networks) row.networks = as_list(*fields.networks);
  if (fields.certificates) row.certificates = as_list(*fields.certificates);
  if (fields.default_reason) {
    row.default_reason = *fields.default_reason;
    if (!may_be_default(access.allowed_reasons(), row)) {
      return Error(ErrorCode::invalid_argument, "the account does not allow this reason",
                   "defaultReason");
    }
  }
  if (fields.state) row.state = *fields.state;
  return {};
}

Result<AppKeyRow> LicenseManager::key_to_change(const AccountAccess& access, const Caller& caller,
                                                PrincipalId id, AuditEntry& entry) {
  const AppKeyRow* row = access.find(id);
  if (row == nullptr) return Error(ErrorCode::not_found, "there is no such app key");
  entry.record = RecordId(id.uuid());
  entry.target = row->app_key;
  TRY(may_give(access, caller, access.grants_of_roles(row->roles)));
  TRY(may_give(access, caller, access.leave_of(id, entry.time)));
  return *row;
}

LicenseManager::Change LicenseManager::changed_key(const AccountAccess& access,
                                                   const AppKeyRow& row) {
  Change change{access.rows(), {}};
  auto& keys = change.rows.keys;
  std::replace_if(
      keys.begin(), keys.end(), [&row](const AppKeyRow& one) { return one.id == row.id; }, row);
  change.batch.emplace_back(UpdateAppKey{row});
  return change;
}

Task<Result<IssuedKey>> LicenseManager::create_key(Caller caller, AppKeyFields fields) {
  if (!fields.label) co_return Error(ErrorCode::invalid_argument, "an app key has a label");
  NewAppKey made = make_app_key(caller.account->id, caller.account->name, *fields.label, "",
                                parts_.clock, parts_.random);
  const Plan plan = [&](const AccountAccess& access, AuditEntry& entry) -> Result<Change> {
    const auto& keys = access.rows().keys;
    const auto held = std::count_if(keys.begin(), keys.end(), [](const AppKeyRow& one) {
      return one.state != AppKeyState::revoked;
    });
    if (static_cast<std::size_t>(held) >= keys_max) {
      return Error(ErrorCode::conflict, "an account has at most 1000 app keys: revoke some");
    }
    if (keys.size() >= rows_max) {
      return Error(ErrorCode::conflict,
                   "an account has had 10000 app keys: change one that it has");
    }
    TRY(set(access, fields, made.row));
    entry.record = RecordId(made.row.id.uuid());
    entry.target = made.row.app_key;
    entry.fields = said_of(fields);
    TRY(may_give(access, caller, access.grants_of_roles(made.row.roles)));
    TRY(is_within(access, caller, made.row));
    Change change{access.rows(), {}};
    change.rows.keys.push_back(made.row);
    change.batch.emplace_back(InsertAppKey{made.row});
    return change;
  };
  CO_TRY(co_await apply(caller, "CreateAppKey", plan));
  co_return IssuedKey{std::move(made.row), std::move(made.token)};
}

Task<Result<AppKeyRow>> LicenseManager::change_key(Caller caller, PrincipalId id,
                                                   AppKeyFields fields) {
  AppKeyRow row;
  const Plan plan = [&](const AccountAccess& access, AuditEntry& entry) -> Result<Change> {
    TRY_ASSIGN(row, key_to_change(access, caller, id, entry));
    if (row.state == AppKeyState::revoked) return is_revoked();
    TRY(set(access, fields, row));
    entry.fields = said_of(fields);  // After that: nothing is on record that is no role here.
    TRY(may_give(access, caller, access.grants_of_roles(row.roles)));
    const bool is_way_in = fields.roles || fields.expires_at || fields.networks ||
                           fields.certificates || fields.state == AppKeyState::active;
    if (is_way_in) TRY(is_within(access, caller, row));
    if (entry.fields.empty()) return Change{access.rows(), {}};
    return changed_key(access, row);
  };
  CO_TRY(co_await apply(caller, "UpdateAppKey", plan));
  co_return row;
}

Task<Result<void>> LicenseManager::revoke_key(Caller caller, PrincipalId id) {
  const Plan plan = [&](const AccountAccess& access, AuditEntry& entry) -> Result<Change> {
    TRY_ASSIGN(AppKeyRow row, key_to_change(access, caller, id, entry));
    if (row.state == AppKeyState::revoked) return Change{access.rows(), {}};
    revoke(row);
    return changed_key(access, row);
  };
  co_return co_await apply(caller, "RevokeAppKey", plan);
}

Task<Result<IssuedKey>> LicenseManager::rotate_key(Caller caller, PrincipalId id,
                                                   std::chrono::seconds overlap) {
  AppKeyRow row;
  std::optional<Sensitive> token;
  const Plan plan = [&](const AccountAccess& access, AuditEntry& entry) -> Result<Change> {
    TRY_ASSIGN(row, key_to_change(access, caller, id, entry));
    if (row.state == AppKeyState::revoked) return is_revoked();
    TRY(is_within(access, caller, row));
    token = rotate(row, entry.time + overlap, parts_.random);
    return changed_key(access, row);
  };
  CO_TRY(co_await apply(caller, "RotateAppKey", plan));
  co_return IssuedKey{std::move(row), *std::move(token)};
}

Task<Result<Role>> LicenseManager::put_role(Caller caller, std::string key, RoleFields fields) {
  if (!is_role_key(key)) co_return Error(ErrorCode::not_found, "there is no such role");
  RoleRow row{caller.account->id, key, 0, fields.name, fields.grants.json()};
  const Plan plan = [&](const AccountAccess& access, AuditEntry& entry) -> Result<Change> {
    entry.target = key;
    entry.fields = said_of(fields.grants);
    TRY(is_own(key));
    TRY(may_give(access, caller, fields.grants));
    Change change{access.rows(), {}};
    auto& roles = change.rows.roles;
    const auto found = std::find_if(roles.begin(), roles.end(),
                                    [&key](const RoleRow& one) { return one.key == key; });
    if (found == roles.end()) {
      if (roles.size() >= roles_max) {
        return Error(ErrorCode::conflict, "an account has at most 200 roles of its own");
      }
      row.number = new_number(access, parts_.random);
      roles.push_back(row);
    } else {
      row.number = found->number;
      TRY(may_give(access, caller, access.grants_of_roles(key)));
      if (found->name == row.name && found->grants == row.grants) return change;
      *found = row;
    }
    change.batch.emplace_back(PutRole{row});
    return change;
  };
  CO_TRY(co_await apply(caller, "PutRole", plan));
  co_return role_of(row);
}

Task<Result<void>> LicenseManager::delete_role(Caller caller, std::string key) {
  const Plan plan = [&](const AccountAccess& access, AuditEntry& entry) -> Result<Change> {
    entry.target = key;
    TRY(is_own(key));
    Change change{access.rows(), {}};
    const auto removed =
        std::erase_if(change.rows.roles, [&key](const RoleRow& one) { return one.key == key; });
    if (removed == 0) return Error(ErrorCode::not_found, "there is no such role");
    TRY(may_give(access, caller, access.grants_of_roles(key)));
    const auto& keys = access.rows().keys;
    if (std::any_of(keys.begin(), keys.end(),
                    [&key](const AppKeyRow& one) { return has_role(one, key); })) {
      return Error(ErrorCode::conflict, "app keys have this role: take it from them first");
    }
    const auto& users = access.rows().users;
    if (std::any_of(users.begin(), users.end(), [&key](const UserRow& one) {
          const auto roles = listed(one.roles);
          return std::find(roles.begin(), roles.end(), key) != roles.end();
        })) {
      return Error(ErrorCode::conflict, "users have this role: take it from them first");
    }
    change.batch.emplace_back(DeleteRole{access.rows().account, key});
    return change;
  };
  co_return co_await apply(caller, "DeleteRole", plan);
}

Task<Result<void>> LicenseManager::put_unmask_policy(Caller caller, UnmaskPolicy policy) {
  const AllowedReasons& reasons = policy.reasons;
  const Plan plan = [&](const AccountAccess& access, AuditEntry& entry) -> Result<Change> {
    UnmaskPolicyRow row = access.rows().unmask_policy;
    row.account = access.rows().account;
    row.reasons = reasons.stored_text();
    row.grant_approvals = policy.grant_approvals.value_or(row.grant_approvals);
    entry.fields = said_of(reasons);
    if (policy.grant_approvals) {
      entry.fields.push_back("grantApprovals:" + std::to_string(row.grant_approvals));
    }
    const auto& keys = access.rows().keys;
    if (!std::all_of(keys.begin(), keys.end(),
                     [&reasons](const AppKeyRow& key) { return may_be_default(reasons, key); })) {
      return Error(ErrorCode::conflict,
                   "app keys have a default reason that would not be allowed: change it first");
    }
    Change change{access.rows(), {}};
    const UnmaskPolicyRow& had = change.rows.unmask_policy;
    if (had.reasons == row.reasons && had.grant_approvals == row.grant_approvals) return change;
    change.rows.unmask_policy = row;
    change.batch.emplace_back(PutUnmaskPolicy{row});
    return change;
  };
  co_return co_await apply(caller, "PutUnmaskPolicy", plan);
}

}  // namespace velum
