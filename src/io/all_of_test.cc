#include "io/all_of.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace velum {
namespace {

Task<void> note_after(std::chrono::milliseconds time, char name, std::string& out) {
  if (time.count() > 0) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, time);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
  out.push_back(name);
}

TEST(AllOf, WaitsForTheSlowestAndRunsThemAtOnce) {
  using std::chrono::milliseconds;
  struct Case {
    std::vector<milliseconds> times;
    std::string want;  // In the order of their ends.
  };
  for (const auto& [times, want] :
       {Case{{}, ""}, Case{{milliseconds(0)}, "a"}, Case{{milliseconds(0), milliseconds(0)}, "ab"},
        Case{{milliseconds(400), milliseconds(0), milliseconds(200)}, "bca"}}) {
    EventLoop loop;
    std::string out;
    std::vector<Task<void>> tasks;
    for (const milliseconds time : times) {
      tasks.push_back(note_after(time, static_cast<char>('a' + tasks.size()), out));
    }
    const auto run = [&]() -> Task<bool> {
      co_await all_of(std::move(tasks));
      co_return out.size() == times.size();
    };
    EXPECT_TRUE(loop.run_to_end(run()));
    EXPECT_EQ(out, want);
  }
}

}  // namespace
}  // namespace velum
