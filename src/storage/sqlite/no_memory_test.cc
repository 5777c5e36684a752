// SQLite without memory: at each allocation of a read or a write, the answer is right or an error.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "io/sim_clock.h"
#include "io/sim_file.h"
#include "io/sim_random.h"
#include "storage/sqlite/database.h"

namespace velum::no_memory_test {
namespace {

constexpr AccountId here{7};
constexpr LookupField email{257};
constexpr std::int64_t step_bytes = 128;
const Instant start{std::chrono::hours(480'000)};

// While it lives SQLite may have that much more than it has now.
class MemoryLimit {
 public:
  explicit MemoryLimit(std::int64_t more_bytes) {
    sqlite3_hard_heap_limit64(sqlite3_memory_used() + more_bytes + 1);  // 0 would be no limit.
  }
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;
  ~MemoryLimit() {
    sqlite3_hard_heap_limit64(0);
    sqlite3_soft_heap_limit64(0);
  }
};

class NoMemory : public testing::Test {
 protected:
  NoMemory() { reopen(); }

  void reopen() {
    store_.reset();
    database_.reset();
    auto opened = SqliteDatabase::open(files_, {"./data.db"}, clock_, random_, log_);
    ASSERT_TRUE(opened);
    database_ = *std::move(opened);
    reconnect();
  }
  // Without prepared statements and cached pages.
  void reconnect() { store_ = *database_->make_store(loop_); }

  WriteBatch creation(const RecordKey& key) {
    const VersionId version = VersionId::random(random_);
    WriteBatch batch;
    batch.emplace_back(InsertRecord{{key,
                                     {EntityId::profile, start, std::nullopt},
                                     {version, PrincipalId(), start, 1, large_, large_},
                                     {1, {}, large_, large_}}});
    batch.emplace_back(
        ClaimLookup{key, {email, LookupKind::unique, digest_of(key), std::nullopt}, start});
    return batch;
  }
  static Bytes digest_of(const RecordKey& key) {
    return {key.subject.bytes().begin(), key.subject.bytes().end()};
  }
  RecordKey new_key() {
    RecordKey key{here, Token::random(random_), {}};
    key.record = RecordId(key.subject.uuid());
    return key;
  }
  Result<void> commit(WriteBatch batch) {
    return loop_.run_to_end(store_->commit(std::move(batch)));
  }
  Result<RecordRow> read(const RecordKey& key) {
    return loop_.run_to_end(store_->read(key, std::nullopt, Rendition::full, start));
  }
  Result<std::vector<RecordKey>> find(const RecordKey& key) {
    return loop_.run_to_end(store_->find(here, email, digest_of(key), start));
  }

  SimFileSystem files_;
  SimClock clock_;
  SeededRandom random_{3};
  NoLog log_;
  EventLoop loop_;
  const Bytes large_ = Bytes(20'000, 'x');  // On pages of its own.
  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<Store> store_;
};

TEST_F(NoMemory, AReadIsRightOrAnErrorAndTheNextOneIsRight) {
  const RecordKey key = new_key();
  ASSERT_TRUE(commit(creation(key)));
  std::int64_t failed = 0;
  for (bool right = false; !right; ++failed) {
    reconnect();
    {
      const MemoryLimit limit(failed * step_bytes);
      const auto row = read(key);
      const auto found = find(key);
      if (row) EXPECT_EQ(row->version.full, large_);
      if (!row) EXPECT_EQ(row.error().code(), ErrorCode::storage_unavailable);
      if (found) EXPECT_EQ(found->size(), 1U);
      if (!found) EXPECT_EQ(found.error().code(), ErrorCode::storage_unavailable);
      right = row && found;
    }
    ASSERT_TRUE(read(key)) << failed;
    ASSERT_TRUE(find(key)) << failed;
  }
  EXPECT_GT(failed, 20);
}

TEST_F(NoMemory, AWriteIsWholeOrNotThereAndNeverAcknowledgedAndLost) {
  std::int64_t failed = 0;
  for (bool done = false; !done; ++failed) {
    const RecordKey key = new_key();
    reopen();
    {
      const MemoryLimit limit(failed * step_bytes);
      const auto committed = commit(creation(key));
      done = committed.has_value();
      if (!done) EXPECT_EQ(committed.error().code(), ErrorCode::storage_unavailable);
    }
    reopen();
    const auto row = read(key);
    const auto found = find(key);
    ASSERT_TRUE(found) << failed;
    EXPECT_EQ(row.has_value(), !found->empty()) << failed;
    if (done) EXPECT_TRUE(row) << failed;
  }
  EXPECT_GT(failed, 20);
}

TEST_F(NoMemory, AnOpeningFailsOrIsWhole) {
  const RecordKey key = new_key();
  ASSERT_TRUE(commit(creation(key)));
  store_.reset();
  database_.reset();
  std::int64_t failed = 0;
  for (bool opened = false; !opened; ++failed) {
    {
      const MemoryLimit limit(failed * step_bytes);
      auto database = SqliteDatabase::open(files_, {"./data.db"}, clock_, random_, log_);
      opened = database.has_value();
      if (!opened) EXPECT_EQ(database.error().code(), ErrorCode::storage_unavailable);
    }
    if (failed % 16 != 0 && !opened) continue;
    reopen();
    EXPECT_TRUE(read(key)) << failed;
    store_.reset();
    database_.reset();
  }
  EXPECT_GT(failed, 20);
}

}  // namespace
}  // namespace velum::no_memory_test
