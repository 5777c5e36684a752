// How saved queries are kept, on a simulated disk. What clients see of them is in
// test/api/audit_queries.scenario.

#include "server/audit_queries.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/sim_clock.h"
#include "io/sim_file.h"
#include "io/sim_random.h"
#include "keys/key_file.h"
#include "keys/root_keys.h"
#include "storage/sqlite/database.h"

namespace velum::audit_queries_test {
namespace {

constexpr AccountId here{7};
constexpr AccountId elsewhere{8};

class AuditQueriesTest : public testing::Test {
 protected:
  AuditQueriesTest() {
    VELUM_CHECK(create_key_file(files_, "./keys", random_));
    roots_.emplace(*load_key_file(files_, "./keys", KeyScope::everything));
    fill(account_, here, "loja");
    fill(other_, elsewhere, "outra");
    database_ = *SqliteDatabase::open(files_, {"./data.db"}, clock_, random_, log_);
    store_ = *database_->make_store(loop_);
    audit_ = *AuditLog::open(files_, "./audit", {log_of(account_), log_of(other_)}, log_, {});
    queries_.emplace(AuditQueriesParts{*store_, *audit_, clock_, random_});
  }
  ~AuditQueriesTest() override {
    queries_.reset();
    store_.reset();
    audit_.reset();
  }

  void fill(Account& account, AccountId id, std::string name) {
    const auto wrapped = *Vault::make_store_keys(*roots_, {id, "us"}, random_);
    account.id = id;
    account.name = std::move(name);
    account.region = "us";
    account.vault = *Vault::open(*roots_, {id, "us"}, wrapped, random_);
  }
  static AuditAccount log_of(const Account& account) {
    const Vault* vault = account.vault.get();
    return {account.id, account.name, account.region, vault->audit_public_key(),
            [vault](ByteView text) { return vault->sign_audit(text); }};
  }
  Caller caller(const Account& account) {
    Caller caller;
    caller.account = &account;
    caller.decision.principal.id = author_;
    caller.decision.resource = Resource::view_audit;
    caller.decision.rule = "role:auditor";
    caller.decision.allowed = true;
    caller.request = RequestId::random(random_);
    return caller;
  }
  Result<PutQuery> put(const Account& account, std::string name,
                       std::string_view body = R"({"filter":{"actor":"Zacarias"}})") {
    return loop_.run_to_end(queries_->put(caller(account), std::move(name), *saved_query_of(body)));
  }
  Result<NamedQuery> find(const Account& account, std::string name) {
    return loop_.run_to_end(queries_->find(account, std::move(name)));
  }
  Result<void> remove(const Account& account, std::string name) {
    return loop_.run_to_end(queries_->remove(caller(account), std::move(name)));
  }
  std::vector<std::string> entries() {
    std::vector<std::string> all;
    const std::vector<OutboxRow> rows = *loop_.run_to_end(store_->outbox(1000));
    for (const OutboxRow& row : rows) all.emplace_back(as_text(row.entry));
    return all;
  }

  SimFileSystem files_;
  SimClock clock_;
  SeededRandom random_{1};
  NoLog log_;
  EventLoop loop_;
  std::optional<RootKeys> roots_;
  Account account_, other_;
  PrincipalId author_ = PrincipalId::random(random_);
  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<AuditLog> audit_;
  std::optional<AuditQueries> queries_;
};

TEST_F(AuditQueriesTest, IsMadeOnceAndThenReplaced) {
  const auto made = put(account_, "reveals");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->how, QueryPut::made);
  const Instant then = clock_.now();
  clock_.advance(std::chrono::hours(1));
  const auto replaced = put(account_, "reveals", R"({"lastHours":24})");
  ASSERT_TRUE(replaced);
  EXPECT_EQ(replaced->how, QueryPut::replaced);
  const auto found = find(account_, "reveals");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->query.last_hours, 24U);
  EXPECT_TRUE(found->query.filter.actors.empty());
  EXPECT_EQ(found->row.author, author_);
  EXPECT_EQ(found->row.changed_at, then + std::chrono::hours(1));
  EXPECT_EQ(named_query_json(*found), named_query_json(replaced->named));
  EXPECT_EQ(named_query_json(*found), R"({"name":"reveals","filter":{},"lastHours":24,"author":")" +
                                          author_.text() + R"(","changedAt":")" +
                                          to_text(clock_.now()) + "\"}");
}

TEST_F(AuditQueriesTest, IsOfItsAccountAlone) {
  ASSERT_TRUE(put(account_, "reveals"));
  EXPECT_EQ(find(other_, "reveals").error().code(), ErrorCode::not_found);
  EXPECT_EQ(remove(other_, "reveals").error().code(), ErrorCode::not_found);
  EXPECT_TRUE(loop_.run_to_end(queries_->list(other_))->empty());
  EXPECT_EQ(put(other_, "reveals")->how, QueryPut::made);
  ASSERT_TRUE(remove(other_, "reveals"));
  EXPECT_TRUE(find(account_, "reveals"));
}

TEST_F(AuditQueriesTest, IsNeverInClear) {
  ASSERT_TRUE(put(account_, "reveals"));
  const AuditQueryRow row = *loop_.run_to_end(store_->audit_query(here, "reveals"));
  EXPECT_EQ(as_text(row.filter).find("Zacarias"), std::string_view::npos);
  for (const std::string& entry : entries()) {
    EXPECT_EQ(entry.find("Zacarias"), std::string::npos);
  }
}

TEST_F(AuditQueriesTest, WhatWasMovedToAnotherNameOrDamagedIsNotRun) {
  ASSERT_TRUE(put(account_, "reveals"));
  AuditQueryRow row = *loop_.run_to_end(store_->audit_query(here, "reveals"));
  const auto store = [&](AuditQueryRow moved) {
    WriteBatch batch;
    batch.emplace_back(PutAuditQuery{std::move(moved), 100});
    ASSERT_TRUE(loop_.run_to_end(store_->commit(std::move(batch))));
  };
  AuditQueryRow moved = row;
  moved.name = "other";
  store(moved);
  EXPECT_EQ(find(account_, "other").error().code(), ErrorCode::corrupt);
  ASSERT_TRUE(remove(account_, "other"));
  row.filter.back() ^= 1;
  store(row);
  EXPECT_EQ(find(account_, "reveals").error().code(), ErrorCode::corrupt);
  EXPECT_EQ(loop_.run_to_end(queries_->list(account_)).error().code(), ErrorCode::corrupt);
  // What cannot be opened can be put right.
  EXPECT_EQ(put(account_, "reveals")->how, QueryPut::replaced);
  EXPECT_TRUE(find(account_, "reveals"));
}

TEST_F(AuditQueriesTest, EachChangeIsOnRecordAndWhatChangedNothingIsNot) {
  ASSERT_TRUE(put(account_, "reveals"));
  ASSERT_TRUE(put(account_, "reveals"));
  ASSERT_TRUE(remove(account_, "reveals"));
  EXPECT_FALSE(remove(account_, "reveals"));
  EXPECT_FALSE(put(account_, "Reveals"));
  EXPECT_FALSE(find(account_, "reveals"));
  const std::vector<std::string> all = entries();
  ASSERT_EQ(all.size(), 3U);
  for (std::size_t number = 0; number < all.size(); ++number) {
    const std::string_view action = number < 2 ? "PutAuditQuery" : "DeleteAuditQuery";
    for (const std::string& part :
         {std::string(R"("action":")").append(action), std::string(R"("target":"reveals")"),
          author_.text(), std::string(R"("outcome":"done")"),
          std::string(R"("rule":"role:auditor")")}) {
      EXPECT_NE(all[number].find(part), std::string::npos) << part << " in " << all[number];
    }
  }
}

TEST_F(AuditQueriesTest, AnAccountHas100AndNoMore) {
  for (int number = 0; number < 100; ++number) {
    ASSERT_TRUE(put(account_, "q" + std::to_string(number)));
  }
  const auto more = put(account_, "one-more");
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code(), ErrorCode::conflict);
  EXPECT_EQ(entries().size(), 100U);
  EXPECT_EQ(put(account_, "q7")->how, QueryPut::replaced);
  EXPECT_TRUE(put(other_, "one-more"));
  ASSERT_TRUE(remove(account_, "q7"));
  EXPECT_EQ(put(account_, "one-more")->how, QueryPut::made);
  const auto all = loop_.run_to_end(queries_->list(account_));
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 100U);
  EXPECT_EQ(all->front().row.name, "one-more");
}

}  // namespace
}  // namespace velum::audit_queries_test
