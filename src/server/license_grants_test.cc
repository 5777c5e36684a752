// What of grants takes days or many of them, on a simulated disk, by a simulated clock. All else is
// in test/api/unmask_grants.scenario.

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
#include "server/license_manager.h"
#include "storage/sqlite/database.h"

namespace velum::license_grants_test {
namespace {

using namespace std::chrono_literals;

constexpr AccountId here{7};
constexpr auto day = 24h;

class GrantsOverTime : public testing::Test {
 protected:
  GrantsOverTime() {
    VELUM_CHECK(create_key_file(files_, "./keys", random_));
    roots_.emplace(*load_key_file(files_, "./keys", KeyScope::everything));
    const auto wrapped = *Vault::make_store_keys(*roots_, {here, "us"}, random_);
    account_.id = here;
    account_.name = "loja";
    account_.region = "us";
    account_.vault = *Vault::open(*roots_, {here, "us"}, wrapped, random_);
    database_ = *SqliteDatabase::open(files_, {"./data.db"}, clock_, random_, log_);
    store_ = *database_->make_store(loop_);
    const Vault* vault = account_.vault.get();
    audit_ = *AuditLog::open(files_, "./audit",
                             {{here, "loja", "us", vault->audit_public_key(),
                               [vault](ByteView text) { return vault->sign_audit(text); }}},
                             log_, {});
    publish();
    owner_ = add_key();
    manager_.emplace(LicenseParts{directory_, *store_, *audit_, clock_, random_});
  }
  ~GrantsOverTime() override {
    manager_.reset();
    store_.reset();
    audit_.reset();
  }

  PrincipalId add_key(std::optional<Instant> expires_at = std::nullopt) {
    AppKeyRow row = make_app_key(here, "loja", "label", "owner", clock_, random_).row;
    row.expires_at = expires_at;
    WriteBatch batch;
    batch.emplace_back(InsertAppKey{row});
    batch.emplace_back(AdvanceAccess{here, directory_.of(here)->revision()});
    EXPECT_TRUE(loop_.run_to_end(store_->commit(std::move(batch))));
    publish();
    return row.id;
  }
  void publish() {
    directory_.publish(std::make_shared<AccountAccess>(*loop_.run_to_end(store_->access(here))));
  }
  Caller caller(PrincipalId who, Resource resource) {
    Caller caller;
    caller.account = &account_;
    const auto access = directory_.of(here);
    caller.decision = access->decide(access->principal(who), resource, EntityId::profile, clock_);
    caller.request = RequestId::random(random_);
    return caller;
  }
  static GrantRequest request() {
    GrantRequest request{.purpose = Sensitive("fraud")};
    request.scope.allow(Resource::unmask_item);
    request.minutes = 60;
    return request;
  }
  Result<UnmaskGrantRow> ask(PrincipalId who) {
    return loop_.run_to_end(
        manager_->request_grant(caller(who, Resource::request_unmask), request()));
  }
  Result<UnmaskGrantRow> approve(PrincipalId who, GrantId id) {
    return loop_.run_to_end(manager_->approve_grant(caller(who, Resource::approve_unmask), id));
  }
  void end(PrincipalId who, GrantId id) {
    EXPECT_TRUE(loop_.run_to_end(manager_->end_grant(caller(who, Resource::request_unmask), id)));
  }
  void need(std::uint32_t approvals) {
    UnmaskPolicy policy;
    policy.grant_approvals = approvals;
    EXPECT_TRUE(loop_.run_to_end(
        manager_->put_unmask_policy(caller(owner_, Resource::unmask_policy), policy)));
  }
  // In the database and in what every loop sees.
  std::size_t kept() {
    const std::size_t rows = loop_.run_to_end(store_->access(here))->grants.size();
    EXPECT_EQ(rows, directory_.of(here)->rows().grants.size());
    return rows;
  }

  SimFileSystem files_;
  SimClock clock_;
  SeededRandom random_{1};
  NoLog log_;
  EventLoop loop_;
  std::optional<RootKeys> roots_;
  Account account_;
  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<AuditLog> audit_;
  AccessDirectory directory_;
  std::optional<LicenseManager> manager_;
  PrincipalId owner_;
};

TEST_F(GrantsOverTime, ARequestThatNobodyApprovesLapsesAfterAWeek) {
  const PrincipalId asker = add_key();
  const UnmaskGrantRow early = *ask(asker);
  clock_.advance(7 * day - Ticks(1));
  EXPECT_TRUE(approve(owner_, early.id));
  const UnmaskGrantRow late = *ask(asker);
  clock_.advance(7 * day);
  const auto approved = approve(owner_, late.id);
  ASSERT_FALSE(approved);
  EXPECT_EQ(approved.error().code(), ErrorCode::conflict);
}

TEST_F(GrantsOverTime, WhatIsOverIsThereForAMonth) {
  const PrincipalId asker = add_key();
  end(asker, ask(asker)->id);
  clock_.advance(30 * day);
  ASSERT_TRUE(ask(asker));
  EXPECT_EQ(kept(), 2U);
  clock_.advance(Ticks(1));
  ASSERT_TRUE(ask(asker));
  EXPECT_EQ(kept(), 2U);
}

TEST_F(GrantsOverTime, TheLatestThousandOfWhatIsOverAreThere) {
  const PrincipalId asker = add_key();
  GrantId first;
  for (int count = 0; count <= 1002; ++count) {
    const GrantId id = ask(asker)->id;
    if (count == 0) first = id;
    clock_.advance(1ms);
    end(asker, id);
  }
  EXPECT_EQ(kept(), 1001U);
  EXPECT_EQ(directory_.of(here)->find_grant(first), nullptr);
}

TEST_F(GrantsOverTime, AThousandRequestsKeepNobodyFromBreakingTheGlass) {
  for (std::size_t holder = 0; holder < LicenseManager::grants_max; holder += 20) {
    const PrincipalId asker = add_key();
    for (std::size_t count = 0; count < LicenseManager::grants_each_max; ++count) {
      ASSERT_TRUE(ask(asker));
    }
    EXPECT_EQ(ask(asker).error().code(), ErrorCode::conflict);
  }
  EXPECT_EQ(ask(owner_).error().code(), ErrorCode::conflict);
  EXPECT_TRUE(
      loop_.run_to_end(manager_->break_glass(caller(owner_, Resource::break_glass), request())));
}

TEST_F(GrantsOverTime, AGrantEndsWithTheFirstKeyThatApprovedIt) {
  need(2);
  const PrincipalId asker = add_key();
  const PrincipalId short_lived = add_key(clock_.now() + 5min);
  const UnmaskGrantRow asked = *ask(asker);
  EXPECT_EQ(approve(short_lived, asked.id)->state, GrantState::requested);
  const UnmaskGrantRow given = *approve(owner_, asked.id);
  EXPECT_EQ(given.state, GrantState::active);
  EXPECT_EQ(given.ends_at, clock_.now() + 5min);
}

TEST_F(GrantsOverTime, AnApproverWhoseKeyHasEndedMeanwhileHasApprovedNothing) {
  need(2);
  const PrincipalId asker = add_key();
  const PrincipalId short_lived = add_key(clock_.now() + 5min);
  const UnmaskGrantRow asked = *ask(asker);
  ASSERT_TRUE(approve(short_lived, asked.id));
  clock_.advance(5min);
  EXPECT_EQ(approve(owner_, asked.id)->state, GrantState::requested);
  EXPECT_EQ(approve(add_key(), asked.id)->state, GrantState::active);
}

TEST_F(GrantsOverTime, WhatWaitsTakesAsManyAsTheAccountHasComeToAskFor) {
  const PrincipalId asker = add_key();
  const UnmaskGrantRow asked = *ask(asker);
  need(2);
  EXPECT_EQ(approve(owner_, asked.id)->state, GrantState::requested);
  EXPECT_EQ(approve(add_key(), asked.id)->state, GrantState::active);
}

}  // namespace
}  // namespace velum::license_grants_test
