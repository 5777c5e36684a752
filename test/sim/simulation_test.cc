// Two thousand lives of a store, of 500 requests each. VELUM_SEED=N lives one of them again;
// VELUM_LONG lives ten times as many.

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "test/sim/simulation.h"

namespace velum::simulation_test {
namespace {

constexpr std::uint64_t parts = 4;
constexpr std::uint64_t seeds = 2000;
constexpr std::size_t operations = 500;

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread.
  return text == nullptr ? otherwise : std::stoull(text);
}

// In parts, so that they can run side by side.
class Simulation : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Simulation, KeepsEveryPromiseWhateverHappens) {
  const bool is_long = number_from_environment("VELUM_LONG", 0) != 0;
  const std::uint64_t one = number_from_environment("VELUM_SEED", 0);
  const std::uint64_t all = number_from_environment("VELUM_SEEDS", is_long ? 10 * seeds : seeds);
  const std::uint64_t last = one != 0 ? one : all;
  SimulationCounts counts;
  std::size_t lives = 0;
  for (std::uint64_t seed = 1 + GetParam(); seed <= last; seed += parts) {
    if (one != 0 && seed != one) continue;
    SCOPED_TRACE("seed " + std::to_string(seed));
    counts += simulate(seed, operations);
    ++lives;
    if (HasFailure()) return;
  }
  std::cout << "figure " << lives << " seeds, " << counts.requests << " requests, "
            << counts.answered << " answered, " << counts.starts << " starts, " << counts.power_cuts
            << " power cuts, " << counts.disk_faults << " disk faults, " << counts.erasures
            << " erasures, " << counts.reveals_refused << " reveals refused\n";
  if (one != 0) return;
  EXPECT_GE(counts.requests, lives * operations);
  EXPECT_GT(counts.answered, counts.requests * 9 / 10);
  EXPECT_GT(counts.power_cuts, lives);
  EXPECT_GT(counts.erasures, lives);
  EXPECT_GT(counts.reveals_refused, lives / 4);
}

INSTANTIATE_TEST_SUITE_P(Parts, Simulation, testing::Range(std::uint64_t{0}, parts));

}  // namespace
}  // namespace velum::simulation_test
