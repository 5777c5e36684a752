#include "audit/checkpoint_pusher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>

#include "audit/note.h"
#include "io/sim_file.h"
#include "io/sim_random.h"

namespace velum {
namespace {

class CountingLog final : public Log {
 public:
  void write(LogLevel level, Literal, std::initializer_list<LogField>) override {
    errors += level == LogLevel::error ? 1 : 0;
  }
  std::atomic<int> errors{0};
};

class CheckpointPusherTest : public testing::Test {
 protected:
  static std::string note(const std::string& account, std::uint64_t size, std::uint8_t root = 0) {
    Checkpoint checkpoint{"velum/us/" + account, size, {}};
    checkpoint.root[0] = root;
    return sign_checkpoint(checkpoint, {checkpoint.origin, {}},
                           [](ByteView) { return Ed25519Signature{}; });
  }
  std::string file(const std::string& path = "./kept") {
    const auto content = read_file(files_, path, 10'000);
    return content ? std::string(as_text(*content)) : "none";
  }
  void push(const std::vector<std::string>& notes) {
    CheckpointPusher pusher(files_, log_, {"./kept", ""});
    for (const std::string& one : notes) pusher.push(one);
  }
  static void wait_until(const std::function<bool()>& done) {
    for (int tick = 0; tick < 1000 && !done(); ++tick) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_TRUE(done());
  }

  SimFileSystem files_;
  CountingLog log_;
};

TEST_F(CheckpointPusherTest, TheFileHasTheNewestOfEachAccount) {
  push({note("loja", 1), note("outra", 5)});
  EXPECT_EQ(file(), note("loja", 1) + note("outra", 5));
  push({note("loja", 2)});
  push({note("loja", 2)});
  EXPECT_EQ(file(), note("loja", 2) + note("outra", 5));
  EXPECT_EQ(log_.errors, 0);
  files_.crash_dropping_all();
  EXPECT_EQ(file(), note("loja", 2) + note("outra", 5));
}

// By the time the target can be written again the log has grown beyond what it was rolled back
// from.
TEST_F(CheckpointPusherTest, ATargetThatWasAwayIsToldOfARollback) {
  push({note("loja", 300)});
  {
    CheckpointPusher pusher(files_, log_, {"./kept", ""});
    files_.fail_path("./kept", ErrorCode::io);
    pusher.push(note("loja", 250));
    wait_until([&] { return pusher.statistics().failures > 0; });
    pusher.push(note("loja", 320));
    files_.fail_path("", ErrorCode::io);
  }
  EXPECT_EQ(file(), note("loja", 300));
  EXPECT_EQ(file("./kept.conflict"), note("loja", 250));
}

TEST_F(CheckpointPusherTest, TheFileNeverGoesBack) {
  for (const std::string& back : {note("loja", 299), note("loja", 300, 1)}) {
    files_ = SimFileSystem();
    log_.errors = 0;
    push({note("loja", 300), note("outra", 5)});
    push({back, note("outra", 6)});
    const std::string kept = note("loja", 300) + note("outra", 6);
    EXPECT_EQ(file(), kept);
    EXPECT_EQ(file("./kept.conflict"), back);
    EXPECT_EQ(log_.errors, 1);
    push({note("loja", 400)});  // It has grown past it, and is still another.
    EXPECT_EQ(file(), kept);
    ASSERT_TRUE(files_.remove("./kept.conflict"));
    push({note("loja", 401)});
    EXPECT_EQ(file(), note("loja", 401) + note("outra", 6));
  }
}

TEST_F(CheckpointPusherTest, WhatIsNoCheckpointIsNotOverwritten) {
  const std::string text = "Dear diary\n";
  ASSERT_TRUE(replace_file(files_, "./kept", as_bytes(text), FileAccess::owner));
  push({note("loja", 1)});
  EXPECT_EQ(file(), text);
  EXPECT_EQ(log_.errors, 1);
}

TEST_F(CheckpointPusherTest, AFailureIsToldOnceCountedAndMadeGood) {
  files_.fail_path("kept", ErrorCode::no_space);
  CheckpointPusher pusher(files_, log_, {"./kept", ""});
  pusher.push(note("loja", 1));
  wait_until([&] { return pusher.statistics().failures >= 2; });
  pusher.push(note("loja", 2));
  EXPECT_EQ(log_.errors, 1);
  EXPECT_EQ(pusher.statistics().pushed, 0U);
  files_.fail_path("", ErrorCode::io);
  wait_until([&] { return pusher.statistics().pushed == 1; });
  EXPECT_EQ(file(), note("loja", 2));
}

TEST_F(CheckpointPusherTest, ATargetThatFailsDoesNotStopTheOther) {
  {
    CheckpointPusher pusher(files_, log_, {"./kept", "/nowhere/log"});
    pusher.push(note("loja", 1));
  }
  EXPECT_EQ(file(), note("loja", 1));
  EXPECT_EQ(log_.errors, 1);
}

}  // namespace
}  // namespace velum
