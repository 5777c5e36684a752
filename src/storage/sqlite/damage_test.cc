// What becomes of a database when the disk gives back other bytes than were written: an error, and
// never another answer.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "io/sim_clock.h"
#include "io/sim_file.h"
#include "io/sim_random.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/log_sums.h"
#include "storage/sqlite/vfs.h"

namespace velum {
namespace {

constexpr AccountId here{7};

class CountingLog final : public Log {
 public:
  void write(LogLevel, Literal event, std::initializer_list<LogField>) override {
    if (event == Literal("page_damaged")) ++damaged;
  }
  std::atomic<int> damaged{0};
};

class DamageTest : public testing::Test {
 protected:
  Result<void> open() {
    store_.reset();
    database_.reset();
    TRY_ASSIGN(database_, SqliteDatabase::open(files_, {"./data.db"}, clock_, random_, log_));
    TRY_ASSIGN(store_, database_->make_store(loop_));
    return {};
  }
  void close() {
    store_.reset();
    database_.reset();
  }
  void commit(int count) {
    for (int index = 0; index < count; ++index) {
      const RecordKey key = own_record(here, Token::random(random_));
      WriteBatch batch;
      batch.emplace_back(InsertRecord{{key,
                                       {EntityId::profile, Instant(), {}},
                                       {{}, {}, Instant(), 1, Bytes(600), Bytes(600)},
                                       {1, {}, Bytes(1), Bytes(1)}}});
      ASSERT_TRUE(loop_.run_to_end(store_->commit(std::move(batch))));
      keys_.push_back(key);
    }
  }
  Result<RecordRow> read(const RecordKey& key) {
    return loop_.run_to_end(store_->read(key, {}, Rendition::full, Instant()));
  }
  // Of those who are there, how many are read. The others must be errors, and not absences.
  std::size_t readable() {
    std::size_t count = 0;
    for (const RecordKey& key : keys_) {
      const auto row = read(key);
      count += row.has_value();
      if (!row) EXPECT_EQ(row.error().code(), ErrorCode::storage_unavailable);
    }
    return count;
  }
  void overwrite(const std::string& path, std::size_t at, ByteView bytes) {
    const auto file = files_.open(path, OpenMode::read_write, FileAccess::owner);
    ASSERT_TRUE((*file)->write_at(at, bytes) && (*file)->sync());
  }

  SimFileSystem files_;
  SimClock clock_;
  SeededRandom random_{1};
  CountingLog log_;
  EventLoop loop_;
  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<Store> store_;
  std::vector<RecordKey> keys_;
};

TEST_F(DamageTest, ABitOfAnyPageIsNoticed) {
  ASSERT_TRUE(open());
  commit(120);
  close();
  const Bytes whole = files_.content("./data.db");
  ASSERT_EQ(whole.size() % database_page_bytes, 0U);
  for (std::size_t at = 0; at < whole.size(); at += database_page_bytes) {
    EXPECT_TRUE(page_sum_fits(ByteView(whole).subspan(at, database_page_bytes),
                              static_cast<std::uint32_t>(at / database_page_bytes + 1)));
  }
  std::size_t noticed = 0;
  for (std::size_t at = 50; at < whole.size(); at += 2039) {
    const auto flipped = static_cast<std::uint8_t>(whole[at] ^ 1U << at % 8);
    overwrite("./data.db", at, Bytes{flipped});
    const bool opened = open().has_value();
    noticed += !opened || readable() < keys_.size();
    close();
    overwrite("./data.db", 0, whole);
  }
  EXPECT_GT(noticed, whole.size() / 2039 / 2);
  EXPECT_GT(log_.damaged, 0);
}

TEST_F(DamageTest, APageInAnothersPlaceIsNoticed) {
  ASSERT_TRUE(open());
  commit(60);
  close();
  const Bytes whole = files_.content("./data.db");
  const std::size_t pages = whole.size() / database_page_bytes;
  for (std::size_t page = 1; page < pages; ++page) {
    const std::size_t other = page == 1 ? pages - 1 : page - 1;
    const ByteView others =
        ByteView(whole).subspan(other * database_page_bytes, database_page_bytes);
    EXPECT_FALSE(page_sum_fits(others, static_cast<std::uint32_t>(page + 1)));
    overwrite("./data.db", page * database_page_bytes, others);
    if (open()) readable();
    close();
    overwrite("./data.db", 0, whole);
  }
}

TEST_F(DamageTest, ALogThatRotsWhileItIsUsedIsNoticed) {
  ASSERT_TRUE(open());
  commit(30);
  // A connection that has nothing in memory yet.
  store_ = *database_->make_store(loop_);
  const Bytes log = files_.content("./data.db-wal");
  const std::size_t frames = (log.size() - log_header_bytes) / log_frame_bytes;
  for (std::size_t frame = 0; frame < frames; ++frame) {
    const std::size_t at = log_header_bytes + frame * log_frame_bytes + 1000;
    overwrite("./data.db-wal", at, Bytes{static_cast<std::uint8_t>(log[at] ^ 4)});
  }
  EXPECT_EQ(readable(), 0U);
  EXPECT_FALSE(database_->make_store(loop_));
  EXPECT_GT(log_.damaged, 0);
  EXPECT_FALSE(loop_.run_to_end(store_->scrub()));
  close();
  // Nothing of it came into the database.
  overwrite("./data.db-wal", 0, log);
  ASSERT_TRUE(open());
  EXPECT_EQ(readable(), keys_.size());
}

TEST_F(DamageTest, ADatabaseWithoutChecksumsIsRefused) {
  {
    Vfs vfs(files_, clock_, random_, log_);
    sqlite3* database = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    ASSERT_EQ(sqlite3_open_v2("./data.db", &database, flags, vfs.name()), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(database, "CREATE TABLE a (b)", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }
  const auto opened = open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::corrupt);
  EXPECT_EQ(opened.error().subject(), "./data.db");
}

TEST_F(DamageTest, ALogWithoutItsDatabaseIsRefused) {
  ASSERT_TRUE(open());
  commit(1);
  SimFileSystem crashed = files_.copy();
  crashed.crash_dropping_all();
  ASSERT_TRUE((*crashed.open("./data.db", OpenMode::read_write, FileAccess::owner))->truncate(0));
  const auto opened = SqliteDatabase::open(crashed, {"./data.db"}, clock_, random_, log_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), ErrorCode::corrupt);
  EXPECT_GT(crashed.content("./data.db-wal").size(), log_header_bytes);
}

}  // namespace
}  // namespace velum
