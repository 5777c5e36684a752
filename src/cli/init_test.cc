#include "cli/init.h"

#include <gtest/gtest.h>

#include "cli/data_directory.h"
#include "io/sim_clock.h"
#include "io/sim_file.h"
#include "io/sim_random.h"
#include "keys/key_file.h"

namespace velum {
namespace {

class Init : public testing::Test {
 protected:
  Result<NewStore> init() {
    InitCommand command;
    command.data = data_.path;
    command.account = "shop";
    return init_store(command, {files_, clock_, random_, log_});
  }
  bool exists(const std::string& path) { return *files_.exists(path); }
  void write(const std::string& path) {
    ASSERT_TRUE(replace_file(files_, path, as_bytes("theirs"), FileAccess::owner));
  }

  const DataDirectory data_ = data_directory("./d");
  SimFileSystem files_;
  SimClock clock_;
  SeededRandom random_{1};
  NoLog log_;
};

TEST_F(Init, MakesADirectoryAndTheKeysBesideIt) {
  const auto store = init();
  ASSERT_TRUE(store);
  EXPECT_FALSE(store->app_key.empty());
  EXPECT_TRUE(exists(data_.database()));
  EXPECT_TRUE(exists(data_.configuration()));
  EXPECT_FALSE(exists(data_.draft().path));
  EXPECT_TRUE(load_key_file(files_, data_.default_root_key(), KeyScope::everything));
}

TEST_F(Init, RefusesADirectoryWithSomethingInIt) {
  ASSERT_TRUE(files_.make_directory(data_.path));
  ASSERT_TRUE(init());
  const Bytes before = files_.content(data_.database());
  const auto again = init();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code(), ErrorCode::already_exists);
  EXPECT_EQ(files_.content(data_.database()), before);
}

TEST_F(Init, LeavesTheFilesOfOthersAlone) {
  const DataDirectory draft = data_.draft();
  ASSERT_TRUE(files_.make_directory(draft.path));
  write(draft.database());
  write(draft.path + "/notes");
  const auto store = init();
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code(), ErrorCode::already_exists);
  EXPECT_EQ(as_text(files_.content(draft.database())), "theirs");
  EXPECT_EQ(as_text(files_.content(draft.path + "/notes")), "theirs");
  EXPECT_FALSE(exists(data_.path));
}

// Nothing there, or a whole one; and whatever was left, the next try succeeds.
TEST_F(Init, ACrashAtAnyCallLeavesNothingOrAWholeOne) {
  std::uint64_t call = 0;
  for (bool whole = false; !whole;) {
    ++call;
    SimFileSystem files;
    const InitCommand command{.data = "./d", .account = "shop"};
    files.fail_call(call, FaultSpan::from_then_on, ErrorCode::io);
    whole = init_store(command, {files, clock_, random_, log_}).has_value();
    files.fail_call(0, FaultSpan::once, ErrorCode::io);
    SeededRandom fate(call);
    files.crash(fate);
    if (*files.exists(data_.path)) {
      EXPECT_TRUE(*files.exists(data_.database()) && *files.exists(data_.configuration())) << call;
      EXPECT_TRUE(load_key_file(files, data_.default_root_key(), KeyScope::everything)) << call;
    } else {
      EXPECT_FALSE(whole) << call;
      const auto again = init_store(command, {files, clock_, random_, log_});
      EXPECT_TRUE(again) << call << ": " << (again ? "" : again.error().message()) << " "
                         << (again ? "" : again.error().subject());
    }
  }
  EXPECT_GT(call, 20U);
}

}  // namespace
}  // namespace velum
