// Saved searches of the audit log: see StoreConformance.

#include "storage/conformance.h"

namespace velum {
namespace {

constexpr std::uint32_t many = 100;

AuditQueryRow query_of(AccountId account, std::string name) {
  const ByteView sealed = as_bytes("sealed");
  return {account, std::move(name), Bytes(sealed.begin(), sealed.end()), PrincipalId(),
          StoreConformance::start};
}

}  // namespace

TEST_P(StoreConformance, ASavedQueryComesBackAsItWas) {
  AuditQueryRow row = query_of(here, "reveals");
  row.author = PrincipalId::random(random_);
  row.filter = to_bytes(std::string(5000, 'f'));
  ASSERT_TRUE(write(PutAuditQuery{row, many}, PutAuditQuery{query_of(elsewhere, "reveals"), many}));
  reopen();
  const auto found = [this](AccountId account, std::string name) {
    return loop_.run_to_end(store_->audit_query(account, std::move(name)));
  };
  ASSERT_TRUE(found(here, "reveals"));
  for (const AuditQueryRow& one :
       {*found(here, "reveals"), loop_.run_to_end(store_->audit_queries(here))->front()}) {
    EXPECT_EQ(one.account, here);
    EXPECT_EQ(one.name, "reveals");
    EXPECT_EQ(one.filter, row.filter);
    EXPECT_EQ(one.author, row.author);
    EXPECT_EQ(one.changed_at, start);
  }
  EXPECT_EQ(found(elsewhere, "reveals")->filter, to_bytes("sealed"));
  for (const std::string name : {"reveal", "reveals ", "Reveals", ""}) {
    EXPECT_EQ(found(here, name).error().code(), ErrorCode::not_found) << name;
  }

  row.filter = to_bytes("other");
  row.author = PrincipalId();
  row.changed_at = start + Ticks(1);
  ASSERT_TRUE(write(PutAuditQuery{row, many}));
  EXPECT_EQ(found(here, "reveals")->filter, row.filter);
  EXPECT_EQ(found(here, "reveals")->author, row.author);
  EXPECT_EQ(found(here, "reveals")->changed_at, row.changed_at);
  EXPECT_EQ(found(elsewhere, "reveals")->filter, to_bytes("sealed"));
}

TEST_P(StoreConformance, SavedQueriesAreListedByTheirNamesAndDeletedByThem) {
  const auto names = [this](AccountId account) {
    std::vector<std::string> found;
    const std::vector<AuditQueryRow> rows = *loop_.run_to_end(store_->audit_queries(account));
    for (const AuditQueryRow& row : rows) found.push_back(row.name);
    return found;
  };
  using Names = std::vector<std::string>;
  ASSERT_TRUE(write(
      PutAuditQuery{query_of(here, "b"), many}, PutAuditQuery{query_of(here, "a-b"), many},
      PutAuditQuery{query_of(here, "a"), many}, PutAuditQuery{query_of(elsewhere, "c"), many}));
  EXPECT_EQ(names(here), (Names{"a", "a-b", "b"}));
  EXPECT_EQ(refusal(DeleteAuditQuery{here, "c"}), ErrorCode::not_found);
  ASSERT_TRUE(write(DeleteAuditQuery{here, "a"}));
  EXPECT_EQ(refusal(DeleteAuditQuery{here, "a"}), ErrorCode::not_found);
  EXPECT_EQ(names(here), (Names{"a-b", "b"}));
  EXPECT_EQ(names(elsewhere), (Names{"c"}));
  EXPECT_TRUE(names(AccountId{9}).empty());
}

TEST_P(StoreConformance, AnAccountHasSoManySavedQueriesAndNoMore) {
  ASSERT_TRUE(write(PutAuditQuery{query_of(here, "a"), 2}, PutAuditQuery{query_of(here, "b"), 2}));
  EXPECT_EQ(refusal(PutAuditQuery{query_of(here, "c"), 2}), ErrorCode::conflict);
  // Its own place is there for who has one, and others' accounts do not count.
  EXPECT_TRUE(write(PutAuditQuery{query_of(here, "b"), 2}));
  EXPECT_TRUE(write(PutAuditQuery{query_of(elsewhere, "c"), 2}));
  ASSERT_TRUE(write(DeleteAuditQuery{here, "a"}));
  EXPECT_TRUE(write(PutAuditQuery{query_of(here, "c"), 2}));
}

}  // namespace velum
