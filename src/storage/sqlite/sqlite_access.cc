// How a SqliteStore reads who may do what.

#include <utility>

#include "storage/sqlite/sqlite_store.h"
#include "storage/sqlite/statements.h"

namespace velum {

Task<Result<AccessRows>> SqliteStore::access(AccountId account) {
  AccessRows rows;
  rows.account = account;
  // First: no row may be older than it.
  CO_TRY_ASSIGN(rows.revision, access_revision(account));
  CO_TRY_ASSIGN(rows.keys, app_keys(account));
  CO_TRY_ASSIGN(rows.unmask_policy, unmask_policy(account));
  CO_TRY_ASSIGN(rows.grants, unmask_grants(account));
  CO_TRY_ASSIGN(rows.users, users(account));
  Query query = connection_.query(Sql::roles);
  query.bind(account);
  while (true) {
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return rows;
    rows.roles.push_back({account, query.text(0), static_cast<std::uint32_t>(query.integer(1)),
                          query.text(2), query.text(3)});
  }
}

Result<std::uint64_t> SqliteStore::access_revision(AccountId account) {
  Query query = connection_.query(Sql::access_revision);
  TRY_ASSIGN(const bool found, query.bind(account).step());
  return found ? static_cast<std::uint64_t>(query.integer(0)) : std::uint64_t{0};
}

Result<UnmaskPolicyRow> SqliteStore::unmask_policy(AccountId account) {
  Query query = connection_.query(Sql::unmask_policy);
  TRY_ASSIGN(const bool found, query.bind(account).step());
  UnmaskPolicyRow row;
  row.account = account;
  if (!found) return row;
  row.reasons = query.text(0);
  row.grant_approvals = static_cast<std::uint32_t>(query.integer(1));
  return row;
}

Result<std::vector<UnmaskGrantRow>> SqliteStore::unmask_grants(AccountId account) {
  Query query = connection_.query(Sql::unmask_grants);
  query.bind(account);
  std::vector<UnmaskGrantRow> rows;
  while (true) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return rows;
    UnmaskGrantRow row;
    row.account = account;
    row.id = query.id<GrantId>(0);
    row.holder = query.id<PrincipalId>(1);
    row.kind = static_cast<GrantKind>(query.integer(2));
    row.purpose = query.bytes(3);
    row.ticket = query.text(4);
    row.resources = query.text(5);
    row.subjects = query.text(6);
    row.minutes = static_cast<std::uint32_t>(query.integer(7));
    row.approvals_needed = static_cast<std::uint32_t>(query.integer(8));
    row.state = static_cast<GrantState>(query.integer(9));
    row.approvers = query.text(10);
    row.created_at = query.instant(11);
    row.ends_at = query.instant(12);
    rows.push_back(std::move(row));
  }
}

Result<std::vector<AppKeyRow>> SqliteStore::app_keys(AccountId account) {
  Query query = connection_.query(Sql::app_keys);
  query.bind(account);
  std::vector<AppKeyRow> rows;
  while (true) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return rows;
    AppKeyRow row;
    row.account = account;
    row.app_key = query.text(0);
    row.id = query.id<PrincipalId>(1);
    row.created_at = query.instant(2);
    row.token_hash = query.bytes(3);
    row.older_hash = query.bytes(4);
    row.older_ends_at = query.optional_instant(5);
    row.label = query.text(6);
    row.roles = query.text(7);
    row.networks = query.text(8);
    row.default_reason = query.text(9);
    row.state = static_cast<AppKeyState>(query.integer(10));
    row.expires_at = query.optional_instant(11);
    row.certificates = query.text(12);
    rows.push_back(std::move(row));
  }
}

Result<std::vector<UserRow>> SqliteStore::users(AccountId account) {
  Query query = connection_.query(Sql::users);
  query.bind(account);
  std::vector<UserRow> rows;
  while (true) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return rows;
    UserRow row;
    row.account = account;
    row.id = query.id<PrincipalId>(0);
    row.created_at = query.instant(1);
    row.email_digest = query.bytes(2);
    row.wrapped_key = query.bytes(3);
    row.sealed = query.bytes(4);
    row.roles = query.text(5);
    row.state = static_cast<UserState>(query.integer(6));
    row.generation = static_cast<std::uint64_t>(query.integer(7));
    rows.push_back(std::move(row));
  }
}

}  // namespace velum
