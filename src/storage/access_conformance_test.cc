// App keys, roles, users, grants and their revision: see StoreConformance.

#include "storage/conformance.h"

namespace velum {
namespace {

AppKeyRow key_of(PrincipalId id, std::string name, AccountId account) {
  constexpr Instant start = StoreConformance::start;
  const auto bytes = [](std::string_view text) {
    return Bytes(as_bytes(text).begin(), as_bytes(text).end());
  };
  AppKeyRow row;
  row.account = account;
  row.id = id;
  row.app_key = std::move(name);
  row.token_hash = bytes("hash");
  row.older_hash = bytes("older");
  row.older_ends_at = start + std::chrono::hours(1);
  row.label = "label";
  row.roles = "owner,mine";
  row.networks = "10.0.0.0/8";
  row.default_reason = "because";
  row.state = AppKeyState::inactive;
  row.created_at = start;
  row.expires_at = start + std::chrono::hours(2);
  return row;
}

void expect_same(const AppKeyRow& left, const AppKeyRow& right) {
  EXPECT_EQ(left.account, right.account);
  EXPECT_EQ(left.id, right.id);
  EXPECT_EQ(left.app_key, right.app_key);
  EXPECT_EQ(left.token_hash, right.token_hash);
  EXPECT_EQ(left.older_hash, right.older_hash);
  EXPECT_EQ(left.older_ends_at, right.older_ends_at);
  EXPECT_EQ(left.label, right.label);
  EXPECT_EQ(left.roles, right.roles);
  EXPECT_EQ(left.networks, right.networks);
  EXPECT_EQ(left.default_reason, right.default_reason);
  EXPECT_EQ(left.state, right.state);
  EXPECT_EQ(left.created_at, right.created_at);
  EXPECT_EQ(left.expires_at, right.expires_at);
}

UserRow user_of(PrincipalId id, AccountId account) {
  UserRow row;
  row.account = account;
  row.id = id;
  row.email_digest = Bytes(32, 0xD1);
  row.wrapped_key = Bytes(60, 0xA2);
  row.sealed = Bytes(90, 0xB3);
  row.roles = "reader,mine";
  row.state = UserState::inactive;
  row.generation = 7;
  row.created_at = StoreConformance::start;
  return row;
}

void expect_same(const UserRow& left, const UserRow& right) {
  EXPECT_EQ(left.account, right.account);
  EXPECT_EQ(left.id, right.id);
  EXPECT_EQ(left.email_digest, right.email_digest);
  EXPECT_EQ(left.wrapped_key, right.wrapped_key);
  EXPECT_EQ(left.sealed, right.sealed);
  EXPECT_EQ(left.roles, right.roles);
  EXPECT_EQ(left.state, right.state);
  EXPECT_EQ(left.generation, right.generation);
  EXPECT_EQ(left.created_at, right.created_at);
}

UnmaskGrantRow grant_of(GrantId id, AccountId account, Instant created_at) {
  UnmaskGrantRow row;
  row.account = account;
  row.id = id;
  row.holder = PrincipalId(id.uuid());
  row.kind = GrantKind::break_glass;
  row.purpose = Bytes(40, 0xC4);
  row.ticket = "OPS-7";
  row.resources = "[]";
  row.subjects = "a,b";
  row.minutes = 30;
  row.approvals_needed = 2;
  row.created_at = created_at;
  row.ends_at = created_at + std::chrono::hours(1);
  return row;
}

void expect_same(const UnmaskGrantRow& left, const UnmaskGrantRow& right) {
  const auto parts = [](const UnmaskGrantRow& row) {
    return std::tie(row.account, row.id, row.holder, row.kind, row.purpose, row.ticket,
                    row.resources, row.subjects, row.minutes, row.approvals_needed, row.state,
                    row.approvers, row.created_at, row.ends_at);
  };
  EXPECT_TRUE(parts(left) == parts(right));
}

}  // namespace

TEST_P(StoreConformance, AUserComesBackAsItWasAndGoesWhole) {
  UserRow row = user_of(PrincipalId::random(random_), here);
  ASSERT_TRUE(write(InsertUser{row}, InsertUser{user_of(PrincipalId::random(random_), elsewhere)}));
  reopen();
  ASSERT_EQ(access(here).users.size(), 1U);
  expect_same(access(here).users.front(), row);
  EXPECT_EQ(refusal(InsertUser{row}), ErrorCode::already_exists);

  row.email_digest = Bytes(32, 0xD2);
  row.wrapped_key = Bytes(61, 0xA3);
  row.sealed = Bytes(91, 0xB4);
  row.roles = "";
  row.state = UserState::active;
  row.generation = 8;
  ASSERT_TRUE(write(UpdateUser{row}));
  expect_same(access(here).users.front(), row);
  UserRow elsewheres = row;
  elsewheres.account = elsewhere;
  EXPECT_EQ(refusal(UpdateUser{elsewheres}), ErrorCode::not_found);
  EXPECT_EQ(refusal(DeleteUser{elsewhere, row.id}), ErrorCode::not_found);

  ASSERT_TRUE(write(DeleteUser{here, row.id}));
  EXPECT_EQ(refusal(DeleteUser{here, row.id}), ErrorCode::not_found);
  EXPECT_EQ(refusal(UpdateUser{row}), ErrorCode::not_found);
  EXPECT_TRUE(access(here).users.empty());
  EXPECT_EQ(access(elsewhere).users.size(), 1U);
}

TEST_P(StoreConformance, AKeyComesBackAsItWas) {
  const AppKeyRow row = key_of(PrincipalId::random(random_), "b", here);
  ASSERT_TRUE(write(InsertAppKey{key_of(PrincipalId::random(random_), "c", here)},
                    InsertAppKey{row},
                    InsertAppKey{key_of(PrincipalId::random(random_), "a", elsewhere)}));
  reopen();
  const AccessRows found = access(here);
  ASSERT_EQ(found.keys.size(), 2U);
  expect_same(found.keys.front(), row);
  EXPECT_EQ(found.account, here);
  EXPECT_EQ(access(elsewhere).keys.size(), 1U);
  EXPECT_EQ(refusal(InsertAppKey{row}), ErrorCode::already_exists);
}

TEST_P(StoreConformance, AKeyChangesInAllButWhoItIs) {
  AppKeyRow row = key_of(PrincipalId::random(random_), "a", here);
  const AppKeyRow foreign = key_of(PrincipalId::random(random_), "a", elsewhere);
  ASSERT_TRUE(write(InsertAppKey{row}, InsertAppKey{foreign}));
  row.token_hash = to_bytes("new");
  row.older_hash.clear();
  row.older_ends_at.reset();
  row.label = "other";
  row.roles = "";
  row.networks = "";
  row.default_reason = "";
  row.state = AppKeyState::revoked;
  row.expires_at.reset();
  AppKeyRow sent = row;
  sent.id = PrincipalId::random(random_);
  sent.created_at = start + std::chrono::hours(9);
  ASSERT_TRUE(write(UpdateAppKey{sent}));
  expect_same(access(here).keys.front(), row);
  expect_same(access(elsewhere).keys.front(), foreign);
  sent.app_key = "b";
  EXPECT_EQ(refusal(UpdateAppKey{sent}), ErrorCode::not_found);
}

TEST_P(StoreConformance, ARoleIsPutAndDeleted) {
  const RoleRow role{here, "mine", 5, "Mine", "[1]"};
  const RoleRow foreign{elsewhere, "mine", 9, "Theirs", "[3]"};
  ASSERT_TRUE(write(PutRole{role}, PutRole{foreign}));
  RoleRow other = role;
  other.number = 6;
  other.name = "Ours";
  other.grants = "[2]";
  ASSERT_TRUE(write(PutRole{other}));
  reopen();
  ASSERT_EQ(access(here).roles.size(), 1U);
  const RoleRow found = access(here).roles.front();
  EXPECT_EQ(found.account, here);
  EXPECT_EQ(found.key, "mine");
  EXPECT_EQ(found.number, 5U);  // Clients know it by that.
  EXPECT_EQ(found.name, "Ours");
  EXPECT_EQ(found.grants, "[2]");
  ASSERT_TRUE(write(DeleteRole{here, "mine"}));
  EXPECT_TRUE(access(here).roles.empty());
  EXPECT_EQ(access(elsewhere).roles.front().grants, "[3]");
  EXPECT_EQ(refusal(DeleteRole{here, "mine"}), ErrorCode::not_found);
}

TEST_P(StoreConformance, AGrantIsKeptInItsAccountUntilItIsDeleted) {
  UnmaskGrantRow row = grant_of(GrantId::random(random_), here, start);
  const UnmaskGrantRow later =
      grant_of(GrantId::random(random_), here, start + std::chrono::seconds(1));
  ASSERT_TRUE(write(InsertUnmaskGrant{later}, InsertUnmaskGrant{row},
                    InsertUnmaskGrant{grant_of(row.id, elsewhere, start)}));
  EXPECT_EQ(refusal(InsertUnmaskGrant{row}), ErrorCode::already_exists);
  ASSERT_EQ(access(here).grants.size(), 2U);
  expect_same(access(here).grants[0], row);
  expect_same(access(here).grants[1], later);
  row.state = GrantState::active;
  row.approvers = "c,d";
  row.approvals_needed = 1;
  row.ends_at = row.ends_at + std::chrono::hours(1);
  ASSERT_TRUE(write(UpdateUnmaskGrant{row}));
  expect_same(access(here).grants[0], row);
  expect_same(access(elsewhere).grants[0], grant_of(row.id, elsewhere, start));
  ASSERT_TRUE(write(DeleteUnmaskGrant{here, row.id}));
  ASSERT_TRUE(write(DeleteUnmaskGrant{here, row.id}));
  EXPECT_EQ(refusal(UpdateUnmaskGrant{row}), ErrorCode::not_found);
  EXPECT_EQ(access(here).grants.size(), 1U);
  EXPECT_EQ(access(elsewhere).grants.size(), 1U);
}

TEST_P(StoreConformance, AnUnmaskPolicyIsReplacedInOneAccount) {
  EXPECT_EQ(access(here).unmask_policy.reasons, "");
  ASSERT_TRUE(write(PutUnmaskPolicy{{here, "[1]", 2}}, PutUnmaskPolicy{{elsewhere, "[2]", 2}}));
  ASSERT_TRUE(write(PutUnmaskPolicy{{here, "[3]", 2}}));
  EXPECT_EQ(access(here).unmask_policy.reasons, "[3]");
  reopen();
  EXPECT_EQ(access(here).unmask_policy.reasons, "[3]");
  EXPECT_EQ(access(elsewhere).unmask_policy.reasons, "[2]");
  ASSERT_TRUE(write(PutUnmaskPolicy{{here, "", 1}}));
  EXPECT_EQ(access(here).unmask_policy.reasons, "");
  EXPECT_EQ(access(here).unmask_policy.grant_approvals, 1U);
  EXPECT_EQ(access(elsewhere).unmask_policy.grant_approvals, 2U);
}

TEST_P(StoreConformance, OfTwoChangesOfOneRevisionOneIsRefused) {
  EXPECT_EQ(access(here).revision, 0U);
  const RoleRow role{here, "mine", 5, "Mine", "[1]"};
  ASSERT_TRUE(write(PutRole{role}, AdvanceAccess{here, 0}));
  EXPECT_EQ(access(here).revision, 1U);
  const auto late = write(DeleteRole{here, "mine"}, AdvanceAccess{here, 0});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), ErrorCode::version_mismatch);
  EXPECT_EQ(access(here).roles.size(), 1U);
  ASSERT_TRUE(write(DeleteRole{here, "mine"}, AdvanceAccess{here, 1}));
  EXPECT_EQ(refusal(AdvanceAccess{here, 1}), ErrorCode::version_mismatch);
  EXPECT_EQ(access(elsewhere).revision, 0U);
  reopen();
  EXPECT_EQ(access(here).revision, 2U);
}

}  // namespace velum
