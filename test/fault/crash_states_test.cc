// The power goes at any moment of a script. Before every call that changes the disk the disk is
// captured, with what is promised then; from each capture several crashes are made, in which what
// was not synced is there, lost or torn; each is opened as a whole store and judged. Then the
// script goes on from such a crash, so that a second and a third crash meet what the first left.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "io/sim_inode.h"
#include "test/fault/judge.h"
#include "test/fault/size.h"

namespace velum::crash_states_test {
namespace {

constexpr std::uint64_t parts = 4;
constexpr std::uint64_t states_wanted = 100'000 / parts;
constexpr int crashes_of_a_life = 3;
constexpr int operations_between = 14;
constexpr std::uint64_t crashes_of_a_moment_max = 6;
const SimNodeOptions node_options{30, {}, Loops::one};

// The disk as it was, and what was promised then.
struct Moment {
  SimFileSystem files;
  std::vector<Person> promised;
};

// Keeps the moments of a script until they are taken.
class Camera {
 public:
  explicit Camera(SimFileSystem& files) : files_(files) {}
  Camera(const Camera&) = delete;
  Camera& operator=(const Camera&) = delete;
  ~Camera() { files_.capture_before_calls({}); }

  // Any thread may make the calls that are captured.
  void watch(const Script& script) {
    files_.capture_before_calls([this, &script](SimFileSystem files) {
      std::vector<Person> promised = script.promised();
      const std::lock_guard lock(mutex_);
      moments_.push_back({std::move(files), std::move(promised)});
    });
  }
  std::vector<Moment> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(moments_, {});
  }

 private:
  SimFileSystem& files_;
  std::mutex mutex_;
  std::vector<Moment> moments_;
};

// Whoever is at risk: those about whom something is under way, who was promised something last, and
// one more.
std::vector<Person> worth_a_look(std::vector<Person> people, SeededRandom& random) {
  constexpr std::size_t last = 1;
  if (people.size() <= last) return people;
  std::swap(people.front(), people[static_cast<std::size_t>(below(random, people.size()))]);
  std::sort(people.begin() + 1, people.end(), [](const Person& one, const Person& other) {
    return one.touched_at > other.touched_at;
  });
  std::vector<Person> chosen;
  for (std::size_t index = 0; index < people.size(); ++index) {
    if (index <= last || people[index].states.size() > 1) chosen.push_back(people[index]);
  }
  return chosen;
}

class Battery {
 public:
  explicit Battery(std::uint64_t seed) : seed_(seed), random_(seed) {}

  // Lives one after the other, until there were so many states.
  void run(std::uint64_t wanted) {
    const auto start = std::chrono::steady_clock::now();
    while (states_ < wanted && !testing::Test::HasFailure()) live(wanted);
    const std::chrono::duration<double, std::milli> spent =
        std::chrono::steady_clock::now() - start;
    std::cout << "figure crash states: " << states_ << " of " << moments_ << " moments of "
              << lives_ << " scripts, " << spent.count() / static_cast<double>(states_)
              << " ms each\n";
    EXPECT_GE(states_, wanted);
  }

 private:
  void live(std::uint64_t wanted) {
    const std::uint64_t seed = seed_ * 1'000'000 + ++lives_;
    SCOPED_TRACE("seed " + std::to_string(seed));
    SimDisk disk(seed);
    SeededRandom choices(seed);
    std::vector<Person> people;
    for (int crash = 0; crash < crashes_of_a_life && states_ < wanted; ++crash) {
      go_on(disk, choices, people, wanted);
      if (testing::Test::HasFailure()) return;
      disk.files.power_on();
    }
  }

  // From what the last crash left to the next.
  void go_on(SimDisk& disk, SeededRandom& choices, std::vector<Person>& people,
             std::uint64_t wanted) {
    SimNode node(disk, node_options);
    Script script(node, choices, std::move(people));
    Camera camera(disk.files);
    camera.watch(script);
    const auto started = node.start();
    ASSERT_TRUE(started) << started.error().message();
    script.settle();
    for (int index = 0; index <= operations_between && states_ < wanted; ++index) {
      if (index > 0) script.step();
      for (const Moment& moment : camera.take()) look(disk, moment);
      if (testing::Test::HasFailure()) break;
    }
    people = script.promised();
    disk.files.capture_before_calls({});
    disk.files.cut_power(disk.random);
  }

  void look(const SimDisk& disk, const Moment& moment) {
    ++moments_;
    const std::uint64_t changes = moment.files.unsynced_changes();
    const std::uint64_t crashes = std::min(crashes_of_a_moment_max, 1 + 2 * changes);
    std::set<std::uint64_t> seen;
    for (std::uint64_t crash = 0; crash < crashes; ++crash) {
      SimFileSystem files = moment.files.copy();
      if (!seen.insert(files.crash(random_)).second) continue;
      SCOPED_TRACE("moment " + std::to_string(moments_) + ", crash " + std::to_string(crash));
      judge_state(disk, moment, std::move(files));
      ++states_;
      if (testing::Test::HasFailure()) return;
    }
  }

  void judge_state(const SimDisk& before, const Moment& moment, SimFileSystem files) {
    SimDisk disk(before, std::move(files), states_);
    SimNode node(disk, node_options);
    const auto started = node.start();
    ASSERT_TRUE(started) << started.error().message() << " " << started.error().subject();
    for (const Person& person : worth_a_look(moment.promised, random_)) judge(node, person);
    EXPECT_TRUE(node.drain());
    judge_log(disk.files, moment.promised);
    // How it ends is not what this is about, and costs time.
    disk.files.cut_power(disk.random);
  }

  std::uint64_t seed_;
  SeededRandom random_;
  std::uint64_t states_ = 0;
  std::uint64_t moments_ = 0;
  std::uint64_t lives_ = 0;
};

// In parts, so that they can run side by side.
class CrashStates : public testing::TestWithParam<std::uint64_t> {};

TEST_P(CrashStates, NoPromiseBreaksWhenThePowerGoesAtAnyMoment) {
  Battery(1 + GetParam()).run(of_full_size(states_wanted));
}

INSTANTIATE_TEST_SUITE_P(Parts, CrashStates, testing::Range(std::uint64_t{0}, parts));

}  // namespace
}  // namespace velum::crash_states_test
