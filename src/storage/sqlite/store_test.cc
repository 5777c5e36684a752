// What any Store must do, shown on SQLite over the simulated disk, with its crashes and faults.

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "io/sim_clock.h"
#include "io/sim_file.h"
#include "io/sim_random.h"
#include "storage/sqlite/database.h"

namespace velum {
namespace {

constexpr AccountId here{7};
constexpr LookupField email{257};
const Instant start{std::chrono::hours(480'000)};

class SqliteStoreTest : public testing::Test {
 protected:
  SqliteStoreTest() { reopen(); }

  void reopen() {
    store_.reset();
    database_.reset();
    auto opened = SqliteDatabase::open(files_, "./data.db", clock_, random_, log_);
    ASSERT_TRUE(opened);
    database_ = *std::move(opened);
    store_ = *database_->make_store(loop_);
  }

  RecordKey new_key() {
    RecordKey key{here, Token::random(random_), {}};
    key.record = RecordId(key.subject.uuid());
    return key;
  }
  static Bytes bytes(std::string_view text) {
    return Bytes(as_bytes(text).begin(), as_bytes(text).end());
  }
  WriteBatch creation(const RecordKey& key, VersionId version, std::string_view digest,
                      std::optional<Instant> expires_at = std::nullopt) {
    WriteBatch batch;
    batch.emplace_back(InsertRecord{key, {EntityId::profile, version, start, expires_at}});
    batch.emplace_back(
        InsertVersion{key, {version, PrincipalId(), start, 1, bytes("full"), bytes("masked")}});
    batch.emplace_back(InsertKeys{key, {1, bytes("wrap-p"), bytes("wrap-m")}});
    batch.emplace_back(
        ClaimLookup{key, {email, LookupKind::unique, bytes(digest), expires_at}, start});
    return batch;
  }
  Result<void> commit(WriteBatch batch) {
    return loop_.run_to_end(store_->commit(std::move(batch)));
  }
  bool is_there(const RecordKey& key, Instant now = start) {
    return loop_.run_to_end(store_->read(key, std::nullopt, Rendition::masked, now)).has_value();
  }
  std::size_t found(std::string_view digest, Instant now = start) {
    return loop_.run_to_end(store_->find(here, email, bytes(digest), now))->size();
  }

  SimFileSystem files_;
  SimClock clock_;
  SeededRandom random_{1};
  NoLog log_;
  EventLoop loop_;
  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<Store> store_;
};

TEST_F(SqliteStoreTest, ReadsWhatWasCommittedAlsoAfterReopening) {
  const RecordKey key = new_key();
  const VersionId version = VersionId::random(random_);
  ASSERT_TRUE(commit(creation(key, version, "a")));
  for (int time = 0; time < 2; ++time) {
    const auto masked = loop_.run_to_end(store_->read(key, {}, Rendition::masked, start));
    ASSERT_TRUE(masked);
    EXPECT_EQ(masked->version.version, version);
    EXPECT_EQ(as_text(masked->version.masked), "masked");
    EXPECT_EQ(as_text(masked->keys.masked), "wrap-m");
    EXPECT_TRUE(masked->version.full.empty() && masked->keys.full.empty());
    const auto full = loop_.run_to_end(store_->read(key, version, Rendition::full, start));
    EXPECT_EQ(as_text(full->version.full), "full");
    EXPECT_EQ(as_text(full->keys.full), "wrap-p");
    EXPECT_EQ(found("a"), 1U);
    reopen();
  }
}

TEST_F(SqliteStoreTest, ABatchIsAllOrNothingAndTakesNoOtherWithIt) {
  const RecordKey first = new_key();
  const RecordKey second = new_key();
  ASSERT_TRUE(commit(creation(first, VersionId::random(random_), "a")));
  EXPECT_EQ(commit(creation(second, VersionId::random(random_), "a")).error().code(),
            ErrorCode::conflict);
  EXPECT_FALSE(is_there(second));
  EXPECT_TRUE(commit(creation(second, VersionId::random(random_), "b")));
  EXPECT_EQ(commit(creation(first, VersionId::random(random_), "c")).error().code(),
            ErrorCode::already_exists);
  EXPECT_EQ(found("c"), 0U);
}

TEST_F(SqliteStoreTest, AHeadMovesFromTheExpectedVersionOnly) {
  const RecordKey key = new_key();
  const VersionId one = VersionId::random(random_);
  const VersionId two = VersionId::random(random_);
  ASSERT_TRUE(commit(creation(key, one, "a")));
  const auto move = [&](VersionId expected) {
    WriteBatch batch;
    batch.emplace_back(MoveHead{key, expected, two, std::nullopt});
    batch.emplace_back(InsertVersion{
        key, {two, PrincipalId(), start + std::chrono::seconds(1), 1, bytes("f2"), bytes("m2")}});
    return commit(std::move(batch));
  };
  EXPECT_EQ(move(two).error().code(), ErrorCode::version_mismatch);
  EXPECT_TRUE(move(one));
  EXPECT_EQ(move(one).error().code(), ErrorCode::version_mismatch);
  const auto versions = loop_.run_to_end(store_->versions(key, std::nullopt, 10));
  ASSERT_EQ(versions->size(), 2U);
  EXPECT_EQ(versions->front().version, two);
  EXPECT_EQ(loop_.run_to_end(store_->versions(key, two, 10))->front().version, one);
  EXPECT_EQ(loop_.run_to_end(store_->versions(key, std::nullopt, 1))->size(), 1U);
  EXPECT_TRUE(loop_.run_to_end(store_->read(key, one, Rendition::full, start)));
}

TEST_F(SqliteStoreTest, WhatExpiredIsNotThereAndItsClaimMayBeTaken) {
  const Instant end = start + std::chrono::days(1);
  const RecordKey key = new_key();
  ASSERT_TRUE(commit(creation(key, VersionId::random(random_), "a", end)));
  EXPECT_TRUE(is_there(key, end - Ticks(1)));
  EXPECT_FALSE(is_there(key, end));
  EXPECT_EQ(found("a", end - Ticks(1)), 1U);
  EXPECT_EQ(found("a", end), 0U);
  const RecordKey next = new_key();
  const auto claim = [&](Instant now) {
    WriteBatch batch;
    batch.emplace_back(
        ClaimLookup{next, {email, LookupKind::unique, bytes("a"), std::nullopt}, now});
    return commit(std::move(batch));
  };
  EXPECT_EQ(claim(end - Ticks(1)).error().code(), ErrorCode::conflict);
  EXPECT_TRUE(claim(end));
  EXPECT_TRUE(claim(end));  // Claiming again what one holds is fine.
}

TEST_F(SqliteStoreTest, SharedLookupsLeadToSeveralRecords) {
  for (int count = 1; count <= 3; ++count) {
    WriteBatch batch;
    batch.emplace_back(
        ClaimLookup{new_key(), {email, LookupKind::shared, bytes("d"), std::nullopt}, start});
    ASSERT_TRUE(commit(std::move(batch)));
    EXPECT_EQ(found("d"), static_cast<std::size_t>(std::min(count, 2)));
  }
}

TEST_F(SqliteStoreTest, DeletionLeavesNothingInAnyFile) {
  const RecordKey key = new_key();
  ASSERT_TRUE(commit(creation(key, VersionId::random(random_), "planted-digest")));
  const auto holds = [this](std::string_view text) {
    for (const std::string name : {"./data.db", "./data.db-wal"}) {
      if (as_text(files_.content(name)).find(text) != std::string_view::npos) return true;
    }
    return false;
  };
  EXPECT_TRUE(holds("wrap-p") && holds("planted-digest"));
  WriteBatch batch;
  batch.emplace_back(DeleteSubject{here, key.subject});
  ASSERT_TRUE(commit(std::move(batch)));
  ASSERT_TRUE(loop_.run_to_end(store_->scrub()));
  EXPECT_FALSE(is_there(key));
  EXPECT_EQ(found("planted-digest"), 0U);
  for (const std::string_view text : {"wrap-p", "wrap-m", "planted-digest"}) {
    EXPECT_FALSE(holds(text)) << text;
  }
  WriteBatch again;
  again.emplace_back(DeleteRecord{key});
  EXPECT_EQ(commit(std::move(again)).error().code(), ErrorCode::not_found);
}

TEST_F(SqliteStoreTest, TheOutboxIsReadInTheOrderOfItsIds) {
  std::vector<EntryId> ids;
  for (int entry = 0; entry < 5; ++entry) {
    clock_.advance(std::chrono::milliseconds(2));
    ids.emplace_back(Uuid::time_ordered(clock_.now(), random_));
    WriteBatch batch;
    batch.emplace_back(InsertOutbox{{here, ids.back(), bytes("e")}});
    ASSERT_TRUE(commit(std::move(batch)));
  }
  const auto rows = loop_.run_to_end(store_->outbox(3));
  ASSERT_EQ(rows->size(), 3U);
  for (std::size_t at = 0; at < rows->size(); ++at) EXPECT_EQ((*rows)[at].id, ids[at]);
  WriteBatch batch;
  batch.emplace_back(DeleteOutbox{here, ids.front()});
  ASSERT_TRUE(commit(std::move(batch)));
  EXPECT_EQ(*loop_.run_to_end(store_->outbox_size()), 4U);
}

TEST_F(SqliteStoreTest, OfManyAtOnceOneGetsTheClaim) {
  constexpr int loops = 4;
  constexpr int rounds = 50;
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int index = 0; index < loops; ++index) {
    threads.emplace_back([this, index, &won] {
      EventLoop loop;
      const auto store = *database_->make_store(loop);
      SeededRandom random(static_cast<std::uint64_t>(100 + index));
      for (int round = 0; round < rounds; ++round) {
        const RecordKey key{here, Token::random(random), RecordId::random(random)};
        WriteBatch batch;
        batch.emplace_back(ClaimLookup{
            key,
            {email, LookupKind::unique, bytes("round" + std::to_string(round)), std::nullopt},
            start});
        if (loop.run_to_end(store->commit(std::move(batch)))) ++won;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, rounds);
}

// The n-th disk call fails, once or for good, for every n of a script; then the power goes.
// Whatever was acknowledged is there after reopening, and no batch is there in part.
TEST(SqliteStoreFaults, NoAcknowledgedWriteIsLost) {
  constexpr int writes = 12;
  std::uint64_t calls_of_script = 0;
  for (const FaultSpan span : {FaultSpan::once, FaultSpan::from_then_on}) {
    for (std::uint64_t fault = 0; fault == 0 || fault <= calls_of_script; ++fault) {
      SimFileSystem files;
      SimClock clock;
      SeededRandom random(fault + 1);
      NoLog log;
      EventLoop loop;
      std::vector<RecordKey> acknowledged;
      std::vector<RecordKey> tried;
      if (fault > 0) files.fail_call(fault, span, ErrorCode::io);
      if (auto database = SqliteDatabase::open(files, "./data.db", clock, random, log)) {
        if (auto store = (*database)->make_store(loop)) {
          for (int index = 0; index < writes; ++index) {
            const RecordKey key{here, Token::random(random), RecordId::random(random)};
            WriteBatch batch;
            batch.emplace_back(InsertRecord{key, {EntityId::profile, {}, start, {}}});
            batch.emplace_back(InsertVersion{key, {{}, {}, start, 1, Bytes(600), Bytes(600)}});
            batch.emplace_back(InsertKeys{key, {1, Bytes(1), Bytes(1)}});
            tried.push_back(key);
            if (loop.run_to_end((*store)->commit(std::move(batch)))) acknowledged.push_back(key);
            if (index == writes / 2)
              static_cast<void>(loop.run_to_end((*store)->scrub()).has_value());
          }
        }
        if (fault == 0) calls_of_script = files.calls();
      }
      files.fail_call(0, FaultSpan::once, ErrorCode::io);
      files.crash(random);
      auto database = SqliteDatabase::open(files, "./data.db", clock, random, log);
      ASSERT_TRUE(database) << "fault " << fault;
      const auto store = *(*database)->make_store(loop);
      for (const RecordKey& key : acknowledged) {
        EXPECT_TRUE(loop.run_to_end(store->read(key, {}, Rendition::full, start)))
            << "fault " << fault;
      }
      if (fault == 0) {
        EXPECT_EQ(acknowledged.size(), static_cast<std::size_t>(writes));
        EXPECT_GT(calls_of_script, 50U);
      }
    }
  }
}

}  // namespace
}  // namespace velum
