// The whole store under disk faults: every n-th call of a script fails, once or for good, the power
// goes, and a judge that remembers what was promised looks at what is there.

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "test/fault/judge.h"
#include "test/fault/size.h"

namespace velum::fault_test {
namespace {

// One life with a fault at call `fault` (0: none), a crash, and the judgement. How many calls the
// script made.
std::uint64_t live(std::uint64_t seed, int operations, std::uint64_t fault, FaultSpan span) {
  SimDisk disk(seed);
  SeededRandom choices(seed);
  std::vector<Person> people;
  std::uint64_t calls = 0;
  {
    SimNode node(disk);
    EXPECT_TRUE(node.start());
    const std::uint64_t before = disk.files.calls();
    if (fault > 0) disk.files.fail_call(before + fault, span, ErrorCode::io);
    Script script(node, choices);
    script.run(operations);
    calls = disk.files.calls() - before;
    if (fault == 0) {
      EXPECT_GT(script.done(), static_cast<std::size_t>(operations / 2));
    }
    people = script.promised();
    disk.files.cut_power(disk.random);
  }
  disk.files.power_on();
  {
    SimNode node(disk);
    const auto started = node.start();
    EXPECT_TRUE(started) << started.error().message();
    if (!started) return calls;
    for (const Person& person : people) judge(node, person);
    EXPECT_TRUE(node.drain());
  }
  judge_log(disk.files, people);
  return calls;
}

// Every call of the script whose number is `part` modulo `parts`.
struct Part {
  std::uint64_t part = 0;
  std::uint64_t parts = 1;
};

void try_faults(std::uint64_t seed, int operations, Part part) {
  const std::uint64_t calls = live(seed, operations, 0, FaultSpan::once);
  // A fifth of the size is all of them; less is a sample.
  const std::uint64_t sampled = fault_percent() < 20 ? 100 / fault_percent() : 1;
  const std::uint64_t step = part.parts * sampled;
  std::uint64_t states = 0;
  for (const FaultSpan span : {FaultSpan::once, FaultSpan::from_then_on}) {
    for (std::uint64_t fault = 1 + part.part; fault <= calls; fault += step) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", fault " + std::to_string(fault) +
                   (span == FaultSpan::once ? " once" : " for good"));
      live(seed, operations, fault, span);
      ++states;
      if (testing::Test::HasFailure()) return;
    }
  }
  std::cout << "figure " << operations << " operations, " << calls << " disk calls, " << states
            << " faults tried\n";
  EXPECT_GT(calls, static_cast<std::uint64_t>(operations) * 2);
}

TEST(Fault, NoPromiseBreaksAtAnyCallOfAShortScript) {
  try_faults(1, 40, {});
}

// In parts, so that they can run side by side.
class FaultInALongScript : public testing::TestWithParam<std::uint64_t> {};
constexpr std::uint64_t parts = 4;

TEST_P(FaultInALongScript, NoPromiseBreaksAtAnyCall) {
  try_faults(2, 140, {GetParam(), parts});
}

INSTANTIATE_TEST_SUITE_P(Parts, FaultInALongScript, testing::Range(std::uint64_t{0}, parts));

// No fault at all: only the crash, with what was not synced kept, dropped or torn.
TEST(Fault, NoPromiseBreaksWhenThePowerGoes) {
  for (std::uint64_t seed = 10; seed < 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    live(seed, 60, 0, FaultSpan::once);
  }
}

}  // namespace
}  // namespace velum::fault_test
