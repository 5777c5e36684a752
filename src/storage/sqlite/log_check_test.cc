#include "storage/sqlite/log_check.h"

#include <gtest/gtest.h>

#include <thread>

#include "io/sim_clock.h"
#include "io/sim_file.h"
#include "io/sim_random.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/log_sums.h"

namespace velum {
namespace {

const std::string log_path = "./data.db-wal";

WriteBatch one_record(Random& random) {
  const RecordKey key = own_record(AccountId{7}, Token::random(random));
  WriteBatch batch;
  batch.emplace_back(InsertRecord{{key,
                                   {EntityId::profile, Instant(), {}},
                                   {{}, {}, Instant(), 1, Bytes(600), Bytes(600)},
                                   {1, {}, Bytes(1), Bytes(1)}}});
  return batch;
}

// A database that is in use, over a log that is begun again and again.
class LogCheckTest : public testing::Test {
 protected:
  LogCheckTest() { open(); }

  void open() {
    SqliteOptions options{"./data.db"};
    options.checkpoint_pages = 1000;
    options.log_pages_max = log_pages_max_;
    database_ = *SqliteDatabase::open(files_, options, clock_, random_, log_);
    store_ = *database_->make_store(loop_);
  }
  void crash() {
    files_.cut_power(random_);
    store_.reset();
    database_.reset();
    files_.power_on();
  }
  void commit(int count) {
    for (int index = 0; index < count; ++index) {
      ASSERT_TRUE(loop_.run_to_end(store_->commit(one_record(random_))));
    }
  }
  static std::uint64_t pages_of(const SimFileSystem& files) {
    return files.content("./data.db").size() / database_page_bytes;
  }
  static Result<CheckedLog> check(SimFileSystem& files) {
    const auto file = files.open(log_path, OpenMode::create_or_open, FileAccess::owner);
    return check_log(**file, log_path, pages_of(files));
  }

  std::uint32_t log_pages_max_ = 40;
  SimFileSystem files_;
  SimClock clock_;
  SeededRandom random_{1};
  NoLog log_;
  EventLoop loop_;
  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<Store> store_;
};

// What is in a log, as its test sees it.
struct Frames {
  explicit Frames(ByteView log) {
    const ByteView salts = log.subspan(16, 8);
    for (std::uint64_t at = log_header_bytes; at + log_frame_bytes <= log.size();
         at += log_frame_bytes) {
      const ByteView frame = log.subspan(static_cast<std::size_t>(at));
      if (!std::equal(salts.begin(), salts.end(), frame.begin() + 8)) break;
      ++count;
      if (read_u32be(frame.subspan(4)) != 0) commits.push_back(count);
    }
  }
  std::size_t count = 0;
  std::vector<std::size_t> commits;  // How many frames each commit and those before it have.
};

class BrokenLogTest : public LogCheckTest {
 protected:
  // Commits until the log holds some. Two of 64 frames have a header across two sectors: the last
  // commit but one must not have its mark in such a one.
  Frames fill() {
    while (true) {
      commit(1);
      whole_ = files_.content(log_path);
      const Frames frames(whole_);
      if (frames.commits.size() < 6 || frames.commits.back() != frames.count) continue;
      const std::size_t before_last = *(frames.commits.end() - 2);
      if ((log_header_bytes + (before_last - 1) * log_frame_bytes) % 512 <= 488) return frames;
    }
  }
  // The outcome with one bit of the log the other way.
  Result<CheckedLog> check_with(std::size_t byte, unsigned bit) {
    SimFileSystem files;
    Bytes bytes = whole_;
    bytes[byte] ^= static_cast<std::uint8_t>(1U << bit);
    const auto file = files.open(log_path, OpenMode::create_or_open, FileAccess::owner);
    EXPECT_TRUE((*file)->write_at(0, bytes));
    return check_log(**file, log_path, pages_of(files_));
  }

  Bytes whole_;
};

TEST_F(BrokenLogTest, ABitCostsTheLastCommitAtMost) {
  const Frames frames = fill();
  EXPECT_EQ(check(files_)->sums.size(), frames.count);
  const std::size_t before_last = *(frames.commits.end() - 2);
  std::size_t lost = 0;
  const auto expect_no_loss = [&](std::size_t byte, unsigned bit) {
    const auto checked = check_with(byte, bit);
    if (!checked) {
      EXPECT_EQ(checked.error().code(), ErrorCode::corrupt);
      return;
    }
    EXPECT_GE(byte, log_header_bytes + before_last * log_frame_bytes) << byte << " " << bit;
    EXPECT_EQ(checked->sums.size(), before_last);
    ++lost;
  };
  for (std::size_t byte = 0; byte < log_header_bytes; ++byte) {
    for (unsigned bit = 0; bit < 8; ++bit) expect_no_loss(byte, bit);
  }
  for (std::size_t frame = 0; frame < frames.count; ++frame) {
    const std::size_t begin = log_header_bytes + frame * log_frame_bytes;
    // Every bit where it is hardest to tell, a few of each frame elsewhere.
    const unsigned step = frame + 12 >= frames.count ? 1 : 5;
    for (std::size_t byte = 0; byte < log_frame_header_bytes; ++byte) {
      for (unsigned bit = 0; bit < 8; bit += step) expect_no_loss(begin + byte, bit);
    }
    for (std::size_t byte = log_frame_header_bytes; byte < log_frame_bytes; byte += 397) {
      expect_no_loss(begin + byte, static_cast<unsigned>(byte % 8));
    }
  }
  EXPECT_GT(lost, 0U);  // Else the documentation promises too little.
}

TEST_F(BrokenLogTest, ASectorOfZerosCostsTheLastCommitAtMost) {
  const Frames frames = fill();
  const std::size_t before_last = *(frames.commits.end() - 2);
  const std::size_t commit_at = log_header_bytes + (before_last - 1) * log_frame_bytes;
  for (std::size_t at = 0; at + 512 <= whole_.size(); at += 512) {
    SimFileSystem files;
    Bytes bytes = whole_;
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), 512, std::uint8_t{0});
    const auto file = files.open(log_path, OpenMode::create_or_open, FileAccess::owner);
    ASSERT_TRUE((*file)->write_at(0, bytes));
    const auto checked = check_log(**file, log_path, pages_of(files_));
    // With the mark of the last commit but one gone, the last two look like one that was torn.
    if (checked && checked->sums.size() < frames.count) EXPECT_GT(at + 512, commit_at) << at;
  }
}

// SQLite's sum is so weak that a page of which one byte is old can have that of a commit's frame.
TEST_F(BrokenLogTest, ATornFrameThatFitsSomeOtherMarkIsNoDamage) {
  const Frames frames = fill();
  const std::size_t before_last = *(frames.commits.end() - 2);
  ASSERT_LT(before_last + 1, frames.count) << "the last commit has a frame without a mark";
  const std::size_t content =
      log_header_bytes + before_last * log_frame_bytes + log_frame_header_bytes;
  for (std::size_t word = 0; word < database_page_bytes; word += 4) {
    const auto checked = check_with(content + word + 3, 7);
    ASSERT_TRUE(checked) << word;
    EXPECT_EQ(checked->sums.size(), before_last);
  }
}

// However often a crash tears what was under way, and whatever older logs left behind it.
TEST_F(LogCheckTest, ATornCommitIsNoDamage) {
  std::uint64_t crashes = 0;
  std::uint64_t torn = 0;
  for (int life = 0; life < 12; ++life) {
    for (int count = 0; count < 6; ++count) {
      std::vector<SimFileSystem> moments;
      files_.capture_before_calls(
          [&moments](SimFileSystem files) { moments.push_back(std::move(files)); });
      commit(1);
      files_.capture_before_calls({});
      for (SimFileSystem& moment : moments) {
        SimFileSystem synced = moment.copy();
        synced.crash_dropping_all();
        const auto acknowledged = check(synced);
        ASSERT_TRUE(acknowledged);
        for (int crash = 0; crash < 8; ++crash) {
          SimFileSystem files = moment.copy();
          files.crash(random_);
          const auto checked = check(files);
          ASSERT_TRUE(checked) << checked.error().message();
          EXPECT_TRUE(checked->sums.size() >= acknowledged->sums.size() ||
                      checked->sums.empty());  // Begun again.
          torn += files.content(log_path).size() > checked->size_bytes;
          ++crashes;
        }
      }
    }
    crash();
    open();
  }
  EXPECT_GT(crashes, 1000U);
  EXPECT_GT(torn, 100U);
}

TEST_F(LogCheckTest, WhatACrashLeftIsCutOff) {
  log_pages_max_ = 1000;  // A checkpoint would sync the log first.
  crash();
  open();
  std::uint64_t cut = 0;
  for (int life = 0; life < 30; ++life) {
    files_.hang_syncs("wal");
    loop_.start([](Store& store, WriteBatch batch) -> Task<void> {
      static_cast<void>((co_await store.commit(std::move(batch))).has_value());
    }(*store_, one_record(random_)));
    loop_.context().restart();
    loop_.context().poll();
    while (files_.syncs_hanging() == 0) std::this_thread::yield();
    crash();
    files_.release_syncs();  // From now on.
    const std::size_t before = files_.content(log_path).size();
    open();
    const auto checked = check(files_);
    ASSERT_TRUE(checked);
    EXPECT_EQ(files_.content(log_path).size(), checked->size_bytes);
    cut += before > checked->size_bytes;
    commit(1);
  }
  EXPECT_GT(cut, 5U);
}

TEST_F(LogCheckTest, AnEmptyLogAndOneThatWasOnlyBegunAreSound) {
  for (const std::size_t size : {0, 5, 32}) {
    SimFileSystem files;
    const auto file = files.open(log_path, OpenMode::create_or_open, FileAccess::owner);
    ASSERT_TRUE((*file)->write_at(0, Bytes(size)));
    const auto checked = check(files);
    ASSERT_TRUE(checked) << size;
    EXPECT_EQ(checked->size_bytes, 0U);
  }
}

}  // namespace
}  // namespace velum
