#include "io/handoff.h"

#include <gtest/gtest.h>

#include <atomic>
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

struct SetOnEnd {
  bool& ended;
  ~SetOnEnd() { ended = true; }
};

Task<void> wait_in_vain(bool& ended, bool& resumed) {
  const SetOnEnd set{ended};
  const auto drop = [](const Resolve<int>&) {};
  static_cast<void>(co_await suspend<int>(drop));
  resumed = true;
}

TEST(Suspend, EndsACoroutineThatNobodyCanResolveAnyMore) {
  EventLoop loop;
  bool ended = false, resumed = false;
  loop.start(wait_in_vain(ended, resumed));
  loop.run();
  EXPECT_TRUE(ended);
  EXPECT_FALSE(resumed);
}

// Each value races with the wait for it: the other thread resolves as soon as it can.
Task<std::size_t> race(std::atomic<Resolve<int>*>& slot, std::size_t rounds) {
  std::size_t wrong = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    Resolve<int> handed;
    const auto start = [&](Resolve<int> resolve) {
      handed = std::move(resolve);
      slot = &handed;
    };
    const bool limited = round % 2 == 0;
    std::optional<int> got;
    if (limited) {
      got = co_await suspend_for<int>(10s, start);
    } else {
      got = co_await suspend<int>(start);
    }
    wrong += got != 5;
    while (slot.load() != nullptr) std::this_thread::yield();  // `handed` is in use until then.
  }
  co_return wrong;
}

TEST(Suspend, LosesNoValueThatRacesWithTheWait) {
  constexpr std::size_t rounds = 5000;
  EventLoop loop;
  std::atomic<Resolve<int>*> slot{nullptr};
  std::thread resolver([&slot] {
    for (std::size_t round = 0; round < rounds; ++round) {
      Resolve<int>* resolve = nullptr;
      while ((resolve = slot.load()) == nullptr) std::this_thread::yield();
      (*resolve)(5);
      slot = nullptr;
    }
  });
  EXPECT_EQ(loop.run_to_end(race(slot, rounds)), 0U);
  resolver.join();
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
