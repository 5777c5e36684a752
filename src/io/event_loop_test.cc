#include "io/event_loop.h"

#include <gtest/gtest.h>

#include <new>

namespace velum {
namespace {

Task<void> fail() {
  throw std::bad_alloc();
  co_return;
}

Task<int> fail_with_a_value() {
  throw std::bad_alloc();
  co_return 1;
}

// Where nobody catches it, so that the process ends.
TEST(EventLoop, AnExceptionOfACoroutineIsThrownWhereTheLoopRuns) {
  EventLoop loop;
  loop.start(fail());
  EXPECT_THROW(loop.run(), std::bad_alloc);
}

TEST(EventLoop, AnExceptionOfTheOneThatIsRunToItsEndIsThrownThere) {
  EventLoop loop;
  EXPECT_THROW(loop.run_to_end(fail_with_a_value()), std::bad_alloc);
}

}  // namespace
}  // namespace velum
