#pragma once
// LicenseManager: changes of who may do what in an account.
//
// Each is decided on one revision of the account's access, and committed against it with its audit
// entry; where another came first it is decided again. Then it is published, and holds from every
// loop's next request on. Nobody changes a key or a role that may do more than they may, or makes
// one; and an account that has an owner's key keeps one. What is refused for that is on record.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "access/access_directory.h"
#include "audit/audit_log.h"
#include "base/random.h"
#include "io/task.h"
#include "profile/document_engine.h"
#include "server/grant_json.h"
#include "server/license_json.h"
#include "server/users.h"
#include "storage/store.h"

namespace velum {

struct LicenseParts {
  AccessDirectory& directory;
  Store& store;
  AuditLog& audit;
  const Clock& clock;
  Random& random;
};

struct IssuedToken {
  Sensitive token;
  Instant expires_at;
};

struct IssuedKey {
  AppKeyRow row;
  Sensitive token;
};

class LicenseManager {
 public:
  static constexpr std::size_t keys_max = 1000;  // That are not revoked.
  // With those that are revoked: every change looks at all of them.
  static constexpr std::size_t rows_max = 10'000;
  static constexpr std::size_t roles_max = 200;
  static constexpr std::size_t users_max = 1000;
  static constexpr std::size_t grants_max = 1000;     // That are requested or in force.
  static constexpr std::size_t grants_each_max = 20;  // Of one holder.

  // What the parts refer to outlives it.
  explicit LicenseManager(const LicenseParts& parts) : parts_(parts) {}

  // These fail with permission_denied, conflict, and invalid_argument for a role that is not there,
  // a time that has passed or a default reason that is not allowed; with not_found for what the
  // account does not have.
  Task<Result<IssuedKey>> create_key(Caller caller, AppKeyFields fields);
  Task<Result<AppKeyRow>> change_key(Caller caller, PrincipalId id, AppKeyFields fields);
  Task<Result<void>> revoke_key(Caller caller, PrincipalId id);
  Task<Result<IssuedKey>> rotate_key(Caller caller, PrincipalId id, std::chrono::seconds overlap);
  Task<Result<Role>> put_role(Caller caller, std::string key, RoleFields fields);
  // Also conflict: a key has a default reason that is none of these.
  Task<Result<void>> put_unmask_policy(Caller caller, UnmaskPolicy policy);
  Task<Result<void>> delete_role(Caller caller, std::string key);

  // The one who has the e-mail already, if there is one.
  Task<Result<UserRow>> create_user(Caller caller, NewUser user);
  Task<Result<UserRow>> change_user(Caller caller, PrincipalId id, UserFields fields);
  Task<Result<void>> delete_user(Caller caller, PrincipalId id);
  // Of a user or of an app key. The caller may change that kind.
  Task<Result<void>> change_roles(Caller caller, PrincipalId id, RoleChange change);
  // For a day, or until the caller's own key ends. Audited before it is made.
  Task<Result<IssuedToken>> issue_token(Caller caller, PrincipalId id);
  // Every token that the user has.
  Task<Result<void>> end_tokens(Caller caller, PrincipalId id);

  // Leave to unmask for a while. Who asks for it is who has it, once others have approved it:
  // whoever approves must be allowed to unmask as much. reason_not_allowed for another purpose than
  // the account allows.
  Task<Result<UnmaskGrantRow>> request_grant(Caller caller, GrantRequest request);
  Task<Result<UnmaskGrantRow>> approve_grant(Caller caller, GrantId id);
  // By its holder, or by who may approve. Again changes nothing.
  Task<Result<void>> end_grant(Caller caller, GrantId id);
  // All documents, approved by nobody: that it is told is the caller's business.
  Task<Result<UnmaskGrantRow>> break_glass(Caller caller, GrantRequest request);

 private:
  // What is to be; nothing, if it is so already.
  struct Change {
    AccessRows rows;
    WriteBatch batch;
  };
  // Fills in the entry as far as it comes.
  using Plan = std::function<Result<Change>(const AccountAccess&, AuditEntry&)>;

  Task<Result<void>> apply(Caller caller, std::string action, Plan plan);
  // What is refused to who may not, or for a rule, is on record before it is told.
  Task<Result<void>> refuse(Error error, AuditEntry entry);
  // By its id, which the caller got from us; and theirs to change.
  static Result<AppKeyRow> key_to_change(const AccountAccess& access, const Caller& caller,
                                         PrincipalId id, AuditEntry& entry);
  static Change changed_key(const AccountAccess& access, const AppKeyRow& row);
  using ChangeUser = std::function<Result<void>(const AccountAccess&, UserRow&, AuditEntry&)>;
  Task<Result<UserRow>> with_user(Caller caller, PrincipalId id, ChangeUser change);
  // `row` has what the request does not say.
  Task<Result<UnmaskGrantRow>> add_grant(Caller caller, std::string action, GrantRequest request,
                                         UnmaskGrantRow row);
  static Result<void> has_room(const AccountAccess& access, const UnmaskGrantRow& row);
  AuditEntry entry_for(const Caller& caller, std::string_view action) const;
  Result<void> set(const AccountAccess& access, const AppKeyFields& fields, AppKeyRow& row) const;

  LicenseParts parts_;
};

}  // namespace velum
