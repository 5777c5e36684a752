// SQLite over the simulated disk: its faults and crashes, its log, and what deletion leaves. What
// any Store must do is in storage/conformance_test.cc.

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <thread>

#include "io/sim_clock.h"
#include "io/sim_file.h"
#include "io/sim_random.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/page_sum.h"
#include "storage/sqlite/statements.h"

namespace velum::store_test {
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
    auto opened = SqliteDatabase::open(files_, {"./data.db"}, clock_, random_, log_);
    ASSERT_TRUE(opened);
    database_ = *std::move(opened);
    store_ = *database_->make_store(loop_);
  }

  RecordKey new_key() { return own_record(here, Token::random(random_)); }
  static Bytes bytes(std::string_view text) {
    return Bytes(as_bytes(text).begin(), as_bytes(text).end());
  }
  WriteBatch creation(const RecordKey& key, VersionId version, std::string_view digest,
                      std::optional<Instant> expires_at = std::nullopt) {
    WriteBatch batch;
    batch.emplace_back(
        InsertRecord{{key,
                      {EntityId::profile, start, expires_at},
                      {version, PrincipalId(), start, 1, bytes("full"), bytes("masked")},
                      {1, {}, bytes("wrap-p"), bytes("wrap-m")}}});
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

TEST_F(SqliteStoreTest, ADatabaseOfAnotherFormatIsRefusedAndLeftAsItIs) {
  constexpr std::size_t last_byte_of_format = 63;
  store_.reset();
  database_.reset();
  Bytes whole = files_.content("./data.db");
  for (const std::int64_t format : {std::int64_t{0}, schema_format - 1, schema_format + 1}) {
    whole[last_byte_of_format] = static_cast<std::uint8_t>(format);
    put_page_sum(std::span(whole).first<database_page_bytes>(), 1);
    ASSERT_TRUE(replace_file(files_, "./data.db", whole, FileAccess::owner));
    const auto opened = SqliteDatabase::open(files_, {"./data.db"}, clock_, random_, log_);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), ErrorCode::corrupt);
    EXPECT_EQ(files_.content("./data.db"), whole);
  }
}

// Enough of different sizes that pages are split and joined, which leaves copies of cells behind:
// of some subjects, and by chance, so several times.
class SqliteStorePages : public SqliteStoreTest,
                         public testing::WithParamInterface<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Sizes, SqliteStorePages, testing::Range(1U, 6U));

TEST_P(SqliteStorePages, ManyDeletionsLeaveNothingInThem) {
  std::mt19937 sizes(GetParam());
  constexpr std::size_t subjects = 1500;
  std::vector<RecordKey> keys;
  for (std::size_t index = 0; index < subjects; ++index) {
    const RecordKey key = new_key();
    WriteBatch batch;
    const VersionId version = VersionId::random(random_);
    const bool small = sizes() % 2 == 0;
    Bytes full(small ? 10 : 100 + sizes() % 400, 1);
    append(full, key.subject.bytes());
    Bytes wrap(small ? 4 : 60, 2);
    append(wrap, key.subject.bytes());
    batch.emplace_back(InsertRecord{{key,
                                     {EntityId::profile, start, {}},
                                     {version, PrincipalId(), start, 1, full, full},
                                     {1, {}, wrap, wrap}}});
    // A version that is not current any more.
    const VersionRow next{VersionId::random(random_), PrincipalId(), start, 1, full, full};
    if (index % 3 == 0) batch.emplace_back(ReplaceVersion{key, version, next, std::nullopt});
    ASSERT_TRUE(commit(std::move(batch)));
    keys.push_back(key);
  }
  const auto survives = [](std::size_t index) { return index * 7 % 5 == 0; };
  for (std::size_t index = 0; index < subjects; ++index) {
    if (survives(index)) continue;
    WriteBatch batch;
    batch.emplace_back(DeleteSubject{here, keys[index].subject});
    ASSERT_TRUE(commit(std::move(batch)));
    if (index % 100 == 0) ASSERT_TRUE(loop_.run_to_end(store_->scrub()));
  }
  ASSERT_TRUE(loop_.run_to_end(store_->scrub()));
  reopen();
  const Bytes database = files_.content("./data.db");
  std::size_t left = 0;
  for (std::size_t index = 0; index < subjects; ++index) {
    const bool there =
        as_text(database).find(as_text(keys[index].subject.bytes())) != std::string_view::npos;
    EXPECT_EQ(is_there(keys[index]), survives(index));
    left += there && !survives(index);
  }
  EXPECT_EQ(left, 0U);
}

Bytes digest_of(const RecordKey& key) {
  return {key.subject.bytes().begin(), key.subject.bytes().end()};
}

WriteBatch new_record(Random& random, RecordKey& key) {
  key = own_record(here, Token::random(random));
  WriteBatch batch;
  batch.emplace_back(InsertRecord{{key,
                                   {EntityId::profile, start, {}},
                                   {{}, {}, start, 1, Bytes(600), Bytes(600)},
                                   {1, {}, Bytes(1), Bytes(1)}}});
  batch.emplace_back(
      ClaimLookup{key, {email, LookupKind::unique, digest_of(key), std::nullopt}, start});
  return batch;
}

SqliteOptions with_short_log() {
  SqliteOptions options{"./data.db"};
  options.checkpoint_pages = 8;
  options.log_pages_max = 40;
  return options;
}

TEST(SqliteStoreLog, IsKeptShortWithoutStoppingWriters) {
  SimFileSystem files;
  SimClock clock;
  SeededRandom random(1);
  NoLog log;
  EventLoop loop;
  const auto database = *SqliteDatabase::open(files, with_short_log(), clock, random, log);
  const auto store = *database->make_store(loop);
  std::uint64_t longest = 0;
  for (int index = 0; index < 500; ++index) {
    RecordKey key;
    ASSERT_TRUE(loop.run_to_end(store->commit(new_record(random, key))));
    longest = std::max(longest, database->statistics().log_pages);
  }
  EXPECT_LT(longest, 60U);
  EXPECT_GT(database->statistics().checkpoints, 10U);
  EXPECT_TRUE(database->statistics().available);
  ASSERT_TRUE(loop.run_to_end(store->scrub()));
  EXPECT_EQ(database->statistics().log_pages, 0U);
}

TEST(SqliteStoreQueue, RefusesWhatIsTooMuch) {
  SimFileSystem files;
  SimClock clock;
  SeededRandom random(1);
  NoLog log;
  EventLoop loop;
  SqliteOptions options{"./data.db"};
  options.queue_batches_max = 10;
  const auto database = *SqliteDatabase::open(files, options, clock, random, log);
  const auto store = *database->make_store(loop);
  int done = 0;
  int refused = 0;
  const auto commit_one = [&](WriteBatch batch) -> Task<void> {
    const auto result = co_await store->commit(std::move(batch));
    ++(result ? done : refused);
  };
  files.hang_syncs("data.db");
  for (int index = 0; index < 40; ++index) {
    RecordKey key;
    loop.start(commit_one(new_record(random, key)));
  }
  loop.context().restart();
  while (refused == 0) loop.context().run_one();
  files.release_syncs();
  loop.run();
  EXPECT_EQ(done + refused, 40);
  EXPECT_GE(done, 10);
  EXPECT_GE(refused, 10);
  EXPECT_TRUE(database->statistics().available);  // Refused for want of room, and not for good.
}

// The n-th disk call fails, once or for good, for every n of a script whose log is checkpointed
// again and again meanwhile; then the power goes. Whatever was acknowledged is there after
// reopening, no batch is there in part, and after a failure nothing more was acknowledged.
TEST(SqliteStoreFaults, NoAcknowledgedWriteIsLost) {
  constexpr int writes = 25;
  std::uint64_t calls_of_script = 0;
  std::uint64_t failures = 0;
  for (const FaultSpan span : {FaultSpan::once, FaultSpan::from_then_on}) {
    for (std::uint64_t fault = 0; fault == 0 || fault <= calls_of_script; ++fault) {
      SCOPED_TRACE(fault);
      SimFileSystem files;
      SimClock clock;
      SeededRandom random(fault + 1);
      NoLog log;
      EventLoop loop;
      std::vector<RecordKey> acknowledged;
      std::vector<RecordKey> tried;
      if (fault > 0) files.fail_call(fault, span, ErrorCode::io);
      const auto run_script = [&](SqliteDatabase& database) {
        const auto store = database.make_store(loop);
        if (!store) return;
        bool failed = false;
        for (int index = 0; index < writes; ++index) {
          RecordKey key;
          const auto done = loop.run_to_end((*store)->commit(new_record(random, key)));
          tried.push_back(key);
          EXPECT_FALSE(failed && done) << "acknowledged after a failure";
          failed = failed || !done;
          if (done) acknowledged.push_back(key);
          if (index == writes / 2) {
            static_cast<void>(loop.run_to_end((*store)->scrub()).has_value());
          }
        }
        failures += failed;
        EXPECT_EQ(failed, acknowledged.size() < writes);
      };
      if (auto database = SqliteDatabase::open(files, with_short_log(), clock, random, log)) {
        run_script(**database);
        if (fault == 0) calls_of_script = files.calls();
        files.cut_power(random);
      } else {
        files.cut_power(random);
      }
      files.power_on();
      auto database = SqliteDatabase::open(files, with_short_log(), clock, random, log);
      ASSERT_TRUE(database);
      const auto store = *(*database)->make_store(loop);
      const auto is_whole = [&](const RecordKey& key) {
        return loop.run_to_end(store->read(key, {}, Rendition::full, start)).has_value();
      };
      for (const RecordKey& key : acknowledged) EXPECT_TRUE(is_whole(key));
      for (const RecordKey& key : tried) {
        // Both of its rows, or none.
        const auto found = loop.run_to_end(store->find(here, email, digest_of(key), start));
        ASSERT_TRUE(found);
        EXPECT_EQ(found->size(), is_whole(key) ? 1U : 0U);
      }
      if (fault == 0) {
        EXPECT_EQ(acknowledged.size(), static_cast<std::size_t>(writes));
        EXPECT_GT(calls_of_script, 100U);
      }
    }
  }
  EXPECT_GT(failures, 100U);
}

}  // namespace
}  // namespace velum::store_test
