#include "io/line_log.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "io/sim_clock.h"
#include "io/system_clock.h"

namespace velum {
namespace {

TEST(LineLog, WritesALogfmtLineAnEvent) {
  const SimClock clock;
  testing::internal::CaptureStderr();
  {
    LineLog log(clock);
    log.info("started");
    log.warning("sync slow", {{"ms", 1500}, {"state", Literal("not \"good\"")}});
    log.error("sealed", {{"empty", Literal("")}});
  }
  const std::string start = "ts=" + to_text(clock.now()) + " level=";
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            start + "info event=started\n" +  //
                start + "warning event=\"sync slow\" ms=1500 state=\"not \\\"good\\\"\"\n" + start +
                "error event=sealed empty=\"\"\n");
}

TEST(LineLog, LinesOfSeveralThreadsDoNotMix) {
  constexpr int threads_count = 4, lines_count = 200;
  const SimClock clock;
  testing::internal::CaptureStderr();
  {
    LineLog log(clock);
    std::vector<std::thread> threads;
    for (int index = 0; index < threads_count; ++index) {
      threads.emplace_back([&log] {
        for (int line = 0; line < lines_count; ++line) log.info("tick", {{"n", 1}});
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  const std::string line = "ts=" + to_text(clock.now()) + " level=info event=tick n=1\n";
  std::string expected;
  for (int index = 0; index < threads_count * lines_count; ++index) expected += line;
  EXPECT_EQ(testing::internal::GetCapturedStderr(), expected);
}

TEST(SystemClock, TellsTheTimeAndNeverRunsBack) {
  const SystemClock clock;
  EXPECT_GT(clock.now(), Instant(std::chrono::sys_days(std::chrono::days(19'000))));  // 2022.
  const auto before = clock.monotonic();
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_GE(clock.monotonic() - before, std::chrono::milliseconds(2));
}

}  // namespace
}  // namespace velum
