#include "io/handoff.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "io/event_loop.h"

namespace velum {
namespace {

using namespace std::chrono_literals;

TEST(Suspend, TakesAValueThatIsThereAlready) {
  EventLoop loop;
  const auto start = [](Resolve<int> resolve) { resolve(7); };
  EXPECT_EQ(loop.run_to_end(suspend<int>(start)), 7);
}

TEST(Suspend, TakesAValueFromAnotherThread) {
  EventLoop loop;
  std::vector<std::thread> threads;
  const auto start = [&threads](Resolve<int> resolve) {
    threads.emplace_back([resolve = std::move(resolve)] {
      std::this_thread::sleep_for(5ms);
      resolve(8);
      resolve(9);  // The first one counts.
    });
  };
  EXPECT_EQ(loop.run_to_end(suspend<int>(start)), 8);
  for (std::thread& thread : threads) thread.join();
}

TEST(Suspend, GivesUpInTimeAndALateValueIsHarmless) {
  EventLoop loop;
  Resolve<int> late;
  const auto start = [&late](Resolve<int> resolve) { late = std::move(resolve); };
  EXPECT_EQ(loop.run_to_end(suspend_for<int>(10ms, start)), std::nullopt);
  late(1);
}

// A function and not a lambda: a coroutine's lambda must outlive it.
Task<void> wait_for(Resolve<int>& handle, int& got, int& left) {
  const auto start = [&handle](Resolve<int> resolve) { handle = std::move(resolve); };
  got = co_await suspend<int>(start);
  --left;
}

TEST(Suspend, ManyAtOnceEachGetTheirOwn) {
  constexpr std::size_t count = 2000;
  EventLoop loop;
  std::vector<Resolve<int>> waiting(count);
  std::vector<int> got(count, -1);
  int left = count;
  for (std::size_t index = 0; index < count; ++index) {
    loop.start(wait_for(waiting[index], got[index], left));
  }
  loop.context().poll();
  std::thread resolver([&waiting] {
    for (std::size_t index = count; index > 0; --index) {
      waiting[index - 1](static_cast<int>(index - 1));
    }
  });
  while (left > 0) loop.context().run_one();
  resolver.join();
  for (std::size_t index = 0; index < count; ++index) {
    EXPECT_EQ(got[index], static_cast<int>(index));
  }
}

}  // namespace
}  // namespace velum
