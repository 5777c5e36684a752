#include "io/process.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <new>

namespace velum {
namespace {

TEST(Process, MayHaveAsManyFilesAsTheHardLimitAllows) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = std::min<rlim_t>(64, before.rlim_max);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(files_max(), low.rlim_cur);

  allow_many_files();
  rlimit after{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
  EXPECT_EQ(files_max(), std::min<rlim_t>(before.rlim_max, 1 << 20));
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST(ProcessDeathTest, EndsWhereNewHasNoMemory) {
  const auto lack = [] {
    end_rather_than_throw();
    std::get_new_handler()();
  };
  EXPECT_EXIT(lack(), testing::KilledBySignal(SIGABRT), "^velum: out of memory\n$");
}

TEST(ProcessDeathTest, EndsWithoutAWordOfAnException) {
  const auto fail = [] {
    end_rather_than_throw();
    std::terminate();
  };
  EXPECT_EXIT(fail(), testing::KilledBySignal(SIGABRT), "^velum: ended by an exception\n$");
}

}  // namespace
}  // namespace velum
