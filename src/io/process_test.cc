#include "io/process.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>

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

}  // namespace
}  // namespace velum
