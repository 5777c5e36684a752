// A conversion under disk faults and power cuts: after the restart the subject is the whole
// prospect or the whole profile, and one that was acknowledged is a profile.

#include <gtest/gtest.h>

#include <iostream>
#include <set>
#include <utility>
#include <vector>

#include "test/fault/rita.h"
#include "test/fault/size.h"

namespace velum::convert_test {
namespace {

Result<DocumentView> convert(SimNode& node, const Rita& rita) {
  return node.run(node.engine().convert(node.caller(EntityId::prospect), rita.key(), {}));
}

// What she is after the restart. Whoever did not hear that it was done asks again.
Being judge_after_restart(SimDisk& disk, const Rita& rita) {
  SimNode node(disk);
  const auto started = node.start();
  EXPECT_TRUE(started);
  if (!started) return Being::gone;
  const Being being = rita.judge(node);
  EXPECT_TRUE(convert(node, rita));
  EXPECT_EQ(rita.judge(node), Being::profile);
  return being;
}

TEST(Convert, AfterAnyFaultAndACrashThereIsAWholeProspectOrAWholeProfile) {
  std::uint64_t calls = 1;
  std::multiset<Being> seen;
  for (const FaultSpan span : {FaultSpan::once, FaultSpan::from_then_on}) {
    for (std::uint64_t fault = 0; fault <= calls; ++fault) {
      SCOPED_TRACE("fault " + std::to_string(fault));
      SimDisk disk(fault + 1);
      std::optional<Rita> rita;
      bool acknowledged = false;
      {
        SimNode node(disk);
        ASSERT_TRUE(node.start());
        rita.emplace(node);
        const std::uint64_t before = disk.files.calls();
        if (fault > 0) disk.files.fail_call(before + fault, span, ErrorCode::io);
        acknowledged = convert(node, *rita).has_value();
        if (fault == 0) calls = disk.files.calls() - before;
        disk.files.cut_power(disk.random);
      }
      disk.files.power_on();
      const Being being = judge_after_restart(disk, *rita);
      EXPECT_NE(being, Being::gone);
      if (acknowledged) {
        EXPECT_EQ(being, Being::profile);
      }
      seen.insert(being);
      if (HasFailure()) return;
    }
  }
  std::cout << "figure conversions: " << seen.size() << " faults, " << seen.count(Being::profile)
            << " times a profile after them\n";
  EXPECT_GT(seen.count(Being::prospect), 0U);
  EXPECT_GT(seen.count(Being::profile), 0U);
}

// Before every call that changes the disk, with what was not synced kept, lost or torn.
TEST(Convert, WhenThePowerGoesThereIsAWholeProspectOrAWholeProfile) {
  constexpr std::uint64_t crashes_of_a_moment = 5;
  std::multiset<Being> seen;
  for (std::uint64_t seed = 1; seed <= of_full_size(3); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SimDisk disk(seed);
    SimNode node(disk);
    ASSERT_TRUE(node.start());
    const Rita rita(node);
    std::vector<SimFileSystem> moments;
    disk.files.capture_before_calls(
        [&moments](SimFileSystem files) { moments.push_back(std::move(files)); });
    ASSERT_TRUE(convert(node, rita));
    disk.files.capture_before_calls({});
    for (const SimFileSystem& moment : moments) {
      std::set<std::uint64_t> kept;
      for (std::uint64_t crash = 0; crash < crashes_of_a_moment; ++crash) {
        SimDisk crashed(disk, moment.copy(), 100 * seed + crash);
        // The first time only the program ends, and all that it wrote is there.
        if (crash > 0 && !kept.insert(crashed.files.crash(crashed.random)).second) continue;
        seen.insert(judge_after_restart(crashed, rita));
        if (HasFailure()) return;
      }
    }
    SimDisk acknowledged(disk, disk.files.copy(), 99 * seed + 99);
    acknowledged.files.crash_dropping_all();
    EXPECT_EQ(judge_after_restart(acknowledged, rita), Being::profile);
  }
  EXPECT_EQ(seen.count(Being::gone), 0U);
  EXPECT_GT(seen.count(Being::prospect), 0U);
  EXPECT_GT(seen.count(Being::profile), 0U);
}

}  // namespace
}  // namespace velum::convert_test
