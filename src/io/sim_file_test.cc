#include "io/sim_file.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

namespace velum {
namespace {

std::unique_ptr<File> make(SimFileSystem& files, const std::string& path) {
  return *files.open(path, OpenMode::create_or_open, FileAccess::owner);
}

TEST(SimFile, ACrashKeepsWhatWasSyncedAndMayDropTheRest) {
  std::set<std::string> outcomes;
  for (std::uint64_t seed = 0; seed < 64; ++seed) {
    SimFileSystem files;
    const auto file = make(files, "./a");
    ASSERT_TRUE(file->write_at(0, as_bytes("durable")));
    ASSERT_TRUE(file->sync());
    ASSERT_TRUE(files.sync_directory("."));
    ASSERT_TRUE(file->write_at(0, as_bytes("unknown")));
    SeededRandom random(seed);
    files.crash(random);
    outcomes.emplace(as_text(files.content("./a")));
    EXPECT_EQ(file->write_at(0, as_bytes("x")).error().code(), ErrorCode::io);
  }
  EXPECT_EQ(outcomes, (std::set<std::string>{"durable", "unknown"}));
}

TEST(SimFile, AWriteIsTornAtSectors) {
  bool torn = false;
  for (std::uint64_t seed = 0; seed < 64; ++seed) {
    SimFileSystem files;
    const auto file = make(files, "./a");
    ASSERT_TRUE(file->allocate(2048));
    ASSERT_TRUE(file->sync());
    ASSERT_TRUE(files.sync_directory("."));
    ASSERT_TRUE(file->write_at(0, Bytes(2048, 1)));
    SeededRandom random(seed);
    files.crash(random);
    const Bytes content = files.content("./a");
    ASSERT_EQ(content.size(), 2048U);
    for (std::size_t at = 0; at < content.size(); ++at) {
      EXPECT_EQ(content[at], content[at / 512 * 512]);
      torn = torn || content[at] != content[0];
    }
  }
  EXPECT_TRUE(torn);
}

TEST(SimFile, NamesAreLostUntilTheDirectoryIsSynced) {
  SimFileSystem files;
  make(files, "./a");
  files.crash_dropping_all();
  EXPECT_FALSE(*files.exists("./a"));
  const auto file = make(files, "./a");
  ASSERT_TRUE(file->write_at(0, as_bytes("old")));
  ASSERT_TRUE(file->sync());
  ASSERT_TRUE(files.sync_directory("."));
  ASSERT_TRUE(files.rename("./a", "./b"));
  files.crash_dropping_all();
  EXPECT_TRUE(*files.exists("./a"));
  EXPECT_EQ(as_text(files.content("./a")), "old");
}

TEST(SimFile, AFailedSyncLosesItsDataAndTheNextSyncDoesNotBringItBack) {
  SimFileSystem files;
  const auto file = make(files, "./a");
  ASSERT_TRUE(file->sync());
  ASSERT_TRUE(files.sync_directory("."));
  ASSERT_TRUE(file->write_at(0, as_bytes("lost")));
  files.fail_call(files.calls() + 1, FaultSpan::once, ErrorCode::io);
  EXPECT_FALSE(file->sync());
  EXPECT_EQ(as_text(files.content("./a")), "lost");  // The page cache still has it.
  EXPECT_TRUE(file->sync());
  files.crash_dropping_all();
  EXPECT_EQ(as_text(files.content("./a")), "");
}

TEST(SimFile, FaultsComeWhereTheyWereAskedFor) {
  SimFileSystem files;
  const auto file = make(files, "./a");
  files.fail_call(files.calls() + 2, FaultSpan::once, ErrorCode::no_space);
  EXPECT_TRUE(file->write_at(0, as_bytes("1")));
  EXPECT_EQ(file->write_at(0, as_bytes("2")).error().code(), ErrorCode::no_space);
  EXPECT_TRUE(file->write_at(0, as_bytes("3")));
  files.fail_call(files.calls() + 1, FaultSpan::from_then_on, ErrorCode::io);
  EXPECT_FALSE(file->write_at(0, as_bytes("4")));
  EXPECT_FALSE(files.rename("./a", "./b"));
  files.fail_call(0, FaultSpan::once, ErrorCode::io);
  files.fail_path("/a", ErrorCode::io);
  EXPECT_FALSE(file->sync());
  EXPECT_TRUE(make(files, "./c")->sync());
}

TEST(SimFile, ASyncHangsUntilItIsReleasedOrThePowerGoes) {
  for (const bool is_released : {true, false}) {
    SimFileSystem files;
    const auto journal = make(files, "./journal");
    const auto other = make(files, "./other");
    files.hang_syncs("journal");
    EXPECT_TRUE(other->sync());
    EXPECT_EQ(files.syncs_hanging(), 0U);
    bool synced = false;
    std::thread thread([&] { synced = journal->sync().has_value(); });
    while (files.syncs_hanging() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    // Everybody else goes on meanwhile.
    EXPECT_TRUE(other->write_at(0, as_bytes("x")));
    if (is_released) {
      files.release_syncs();
    } else {
      files.crash_dropping_all();
    }
    thread.join();
    EXPECT_EQ(synced, is_released);
  }
}

TEST(SimFile, ReplaceSurvivesACrashAtEveryCallAsOldOrNew) {
  for (std::uint64_t fault = 1; fault <= 6; ++fault) {
    for (std::uint64_t seed = 0; seed < 32; ++seed) {
      SimFileSystem files;
      ASSERT_TRUE(replace_file(files, "./a", as_bytes("old"), FileAccess::owner));
      files.fail_call(files.calls() + fault, FaultSpan::from_then_on, ErrorCode::io);
      const bool done = replace_file(files, "./a", as_bytes("new"), FileAccess::owner).has_value();
      files.fail_call(0, FaultSpan::once, ErrorCode::io);
      SeededRandom random(seed);
      files.crash(random);
      const Bytes content = files.content("./a");
      if (done) EXPECT_EQ(as_text(content), "new");
      EXPECT_TRUE(as_text(content) == "new" || as_text(content) == "old") << fault << " " << seed;
    }
  }
}

}  // namespace
}  // namespace velum
