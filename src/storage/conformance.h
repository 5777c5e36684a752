#pragma once
// For tests: what every Store must do, whatever it is made of. A store's own tests instantiate the
// suite with a way to make a database:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance, testing::Values(make_sqlite_database));

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include "io/event_loop.h"
#include "io/sim_random.h"
#include "storage/store.h"

namespace velum {

// An empty database when it is made. Its stores end before it, and before reopen().
class DatabaseUnderTest {
 public:
  virtual std::unique_ptr<Store> make_store(EventLoop& loop) = 0;
  // As a new process would find it.
  virtual void reopen() = 0;
  virtual ~DatabaseUnderTest() = default;
};

using DatabaseFactory = std::function<std::unique_ptr<DatabaseUnderTest>()>;

class StoreConformance : public testing::TestWithParam<DatabaseFactory> {
 public:
  static constexpr Instant start{std::chrono::hours(480'000)};

 protected:
  static constexpr AccountId here{7};
  static constexpr AccountId elsewhere{8};
  static constexpr LookupField email{257};
  static constexpr LookupField phone{258};

  StoreConformance() : database_(GetParam()()), store_(database_->make_store(loop_)) {}

  void reopen() {
    store_.reset();
    database_->reopen();
    store_ = database_->make_store(loop_);
  }
  RecordKey new_key(AccountId account = here) {
    return own_record(account, Token::random(random_));
  }
  WriteBatch creation(const RecordKey& key, VersionId version,
                      std::optional<Instant> expires_at = std::nullopt) {
    WriteBatch batch;
    batch.emplace_back(
        InsertRecord{{key,
                      {EntityId::profile, start, expires_at},
                      {version, PrincipalId(), start, 3, to_bytes("full"), to_bytes("masked"), 4},
                      {5, EntityId::prospect, to_bytes("wrap-p"), to_bytes("wrap-m")}}});
    return batch;
  }
  RecordKey part_of(const RecordKey& root) {
    return {root.account, root.subject, RecordId::random(random_)};
  }
  WriteBatch creation_of_part(const RecordKey& key, EntityId entity, Instant created_at,
                              std::optional<Instant> expires_at = std::nullopt) {
    WriteBatch batch = creation(key, VersionId::random(random_), expires_at);
    RecordHead& head = std::get<InsertRecord>(batch.front()).row.head;
    head.entity = entity;
    head.created_at = created_at;
    return batch;
  }
  static ClaimLookup claim(const RecordKey& key, std::string_view digest,
                           LookupKind kind = LookupKind::unique,
                           std::optional<Instant> expires_at = std::nullopt, Instant now = start) {
    return {key, {email, kind, to_bytes(digest), expires_at}, now};
  }
  Result<void> commit(WriteBatch batch) {
    return loop_.run_to_end(store_->commit(std::move(batch)));
  }
  template <typename... Operations>
  Result<void> write(Operations... operations) {
    WriteBatch batch;
    (batch.emplace_back(std::move(operations)), ...);
    return commit(std::move(batch));
  }
  template <typename Operation>
  ErrorCode refusal(Operation operation) {
    const auto done = write(std::move(operation));
    EXPECT_FALSE(done);
    return done ? ErrorCode::cancelled : done.error().code();
  }
  Result<RecordRow> read(const RecordKey& key, std::optional<VersionId> version = std::nullopt,
                         Rendition rendition = Rendition::masked, Instant now = start) {
    return loop_.run_to_end(store_->read(key, version, rendition, now));
  }
  Result<RecordList> list(const RecordKey& root, EntityId entity, Instant now = start) {
    return loop_.run_to_end(
        store_->records({root.account, root.subject, entity}, Rendition::masked, now, 100));
  }
  AccessRows access(AccountId account) { return *loop_.run_to_end(store_->access(account)); }
  std::vector<RecordKey> find(std::string_view digest, Instant now = start,
                              AccountId account = here) {
    return *loop_.run_to_end(store_->find(account, email, to_bytes(digest), now));
  }

  static Bytes to_bytes(std::string_view text) {
    return {as_bytes(text).begin(), as_bytes(text).end()};
  }

  SeededRandom random_{1};
  EventLoop loop_;                   // A loop outlives the database, whose threads wake it.
  std::array<EventLoop, 4> others_;  // For tests with threads.
  std::unique_ptr<DatabaseUnderTest> database_;
  std::unique_ptr<Store> store_;
};

}  // namespace velum
