#pragma once
// What the store (store.h) keeps of who may do what: app keys, roles, users, allowed reasons; and
// its writes of them. Each operation names the error that fails it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"

namespace velum {

// The numbers are on disk. What is revoked stays so.
enum class AppKeyState : std::uint8_t { active = 1, inactive = 2, revoked = 3 };

struct AppKeyRow {
  AccountId account{};
  PrincipalId id;
  std::string app_key;  // The public half, as sent in X-VTEX-API-AppKey.
  Bytes token_hash;     // SHA-256; empty: no token is right.
  Bytes older_hash;     // Of the token before, which is right until `older_ends_at`; or empty.
  std::optional<Instant> older_ends_at;
  std::string label;
  std::string roles;     // Their keys, with commas between.
  std::string networks;  // Likewise: CIDR; empty for any.
  std::string default_reason;
  AppKeyState state = AppKeyState::active;
  Instant created_at;
  std::optional<Instant> expires_at;
  std::string certificates;  // As networks: SHA-256 in hex of those it comes with; empty for any.
};

// One of an account's own.
struct RoleRow {
  AccountId account{};
  std::string key;
  std::uint32_t number = 0;  // Its id for clients that want numbers.
  std::string name;
  std::string grants;  // JSON.
};

struct UnmaskPolicyRow {
  AccountId account{};
  std::string reasons;                // A JSON list of texts. Empty: for any reason.
  std::uint32_t grant_approvals = 1;  // By so many others.
};

// One of a store's staff. Their name and e-mail are sealed under a key of their own, which goes
// with the row.
enum class UserState : std::uint8_t { active = 1, inactive = 2 };  // On disk.
struct UserRow {
  AccountId account{};
  PrincipalId id;
  Bytes email_digest;
  Bytes wrapped_key;
  Bytes sealed;
  std::string roles;  // Their keys, with commas between.
  UserState state = UserState::active;
  std::uint64_t generation = 0;  // Tokens of any other are nobody's.
  Instant created_at;
};

// Leave to unmask for a while. The numbers are on disk.
enum class GrantKind : std::uint8_t { approved = 1, break_glass = 2 };
enum class GrantState : std::uint8_t { requested = 1, active = 2, ended = 3 };
struct UnmaskGrantRow {
  AccountId account{};
  GrantId id;
  PrincipalId holder;
  GrantKind kind = GrantKind::approved;
  Bytes purpose;  // Sealed: keys/vault.h.
  std::string ticket;
  std::string resources;  // JSON, as a role's grants.
  std::string subjects;   // Tokens, with commas between; empty: anybody.
  std::uint32_t minutes = 0;
  std::uint32_t approvals_needed = 0;
  GrantState state = GrantState::requested;
  std::string approvers;  // Their ids, with commas between.
  Instant created_at;
  Instant ends_at;  // Of one that is only requested: the request.
};

// Who may do what in an account. Each change counts the revision up, so that one that was decided
// on what is no longer so is refused.
struct AccessRows {
  AccountId account{};
  std::uint64_t revision = 0;  // 0: never changed since the account was made.
  std::vector<AppKeyRow> keys;
  std::vector<RoleRow> roles;
  std::vector<UserRow> users{};
  std::vector<UnmaskGrantRow> grants{};
  UnmaskPolicyRow unmask_policy{};
};

struct InsertAppKey {  // already_exists
  AppKeyRow row;
};
struct UpdateAppKey {  // not_found. All but its id, its name and when it was made.
  AppKeyRow row;
};
struct PutRole {  // Never fails. A new one, or another name and other grants for it.
  RoleRow row;
};
struct DeleteRole {  // not_found
  AccountId account{};
  std::string key;
};
struct PutUnmaskPolicy {  // Never fails. In place of the one until then.
  UnmaskPolicyRow row;
};
struct InsertUser {  // already_exists
  UserRow row;
};
struct UpdateUser {  // not_found. All but its id and when it was made.
  UserRow row;
};
struct DeleteUser {  // not_found
  AccountId account{};
  PrincipalId id;
};
struct InsertUnmaskGrant {  // already_exists
  UnmaskGrantRow row;
};
struct UpdateUnmaskGrant {  // not_found. Its state, its approvals and when it ends.
  UnmaskGrantRow row;
};
struct DeleteUnmaskGrant {  // Never fails.
  AccountId account{};
  GrantId id;
};
struct AdvanceAccess {  // version_mismatch, unless the account's revision is `expected`
  AccountId account{};
  std::uint64_t expected = 0;
};

}  // namespace velum
