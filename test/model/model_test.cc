// Lives of a store, of 500 operations each, beside a model of what the API promises: the engine's
// answers are the model's. All of it is 2,000 seeds (VELUM_LONG); VELUM_SEED=N lives one of them.

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "test/fault/size.h"
#include "test/model/lives.h"

namespace velum::model {
namespace {

constexpr std::uint64_t parts_count = 4;
constexpr std::uint64_t seeds = 2000;
constexpr std::uint64_t seeds_in_short = 80;
constexpr int operations = 500;

// 16 even where everything is many times slower.
std::uint64_t seeds_wanted() {
  if (fault_percent() > 100) return seeds;
  return std::max<std::uint64_t>(16, seeds_in_short * fault_percent() / 100);
}

// In parts, so that they can run side by side.
class DocumentModel : public testing::TestWithParam<std::uint64_t> {};

TEST_P(DocumentModel, AnswersAsTheEngineDoes) {
  const char* text =
      std::getenv("VELUM_SEED");  // NOLINT(concurrency-mt-unsafe): before any thread.
  const std::uint64_t one = text == nullptr ? 0 : std::stoull(text);
  const std::uint64_t last = one != 0 ? one : seeds_wanted();
  LifeCounts all;
  std::uint64_t lives = 0;
  for (std::uint64_t seed = 1 + GetParam(); seed <= last; seed += parts_count) {
    if (one != 0 && seed != one) continue;
    Life life(seed);
    life.run(operations);
    if (const std::string report = life.report(); !report.empty()) {
      FAIL() << "VELUM_SEED=" << seed << "\n" << report;
    }
    ++lives;
    all += life.counts();
  }
  std::cout << "figure " << lives << " seeds, " << all.operations << " operations, " << all.done
            << " done, " << all.conversions << " conversions, " << all.erased << " erased, "
            << all.expired << " expired, " << all.restarts << " restarts\n";
  if (one != 0) return;
  EXPECT_EQ(all.operations, lives * operations);
  EXPECT_GT(all.done, all.operations / 2);
  EXPECT_GT(all.conversions, 3 * lives);
  EXPECT_GT(all.erased, lives);
  EXPECT_GT(all.expired, lives);
  EXPECT_GT(all.restarts, lives);
}

INSTANTIATE_TEST_SUITE_P(Parts, DocumentModel, testing::Range(std::uint64_t{0}, parts_count));

}  // namespace
}  // namespace velum::model
