// What the time of a refusal tells: nothing of which keys there are, nothing of how much of a token
// is right. Two kinds of requests, asked for in random order, and Welch's t of how long each took.
// A comparison that ends early is measured the same way, to see that this finds one.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "access/account_access.h"
#include "io/sim_clock.h"
#include "io/sim_random.h"

namespace velum::timing_test {
namespace {

constexpr double t_max = 4.5;
constexpr std::size_t samples_count = 1'000'000;
// Something else that runs on the machine may take the side of one of the two, and so may the place
// in memory that one of them has. Not each time.
constexpr int attempts = 20;
constexpr AccountId here{7};

using Nanoseconds = std::vector<double>;

struct Moments {
  double mean = 0;
  double variance = 0;
  double count = 0;
};

// Without the slowest tenth, which is the machine's and not the code's.
Moments moments_of(Nanoseconds times) {
  std::sort(times.begin(), times.end());
  times.resize(times.size() - times.size() / 10);
  Moments moments;
  moments.count = static_cast<double>(times.size());
  for (const double time : times) moments.mean += time / moments.count;
  for (const double time : times) {
    moments.variance += (time - moments.mean) * (time - moments.mean) / (moments.count - 1);
  }
  return moments;
}

// What is compared: requests of two kinds. What differs is put in one place first, which is not
// measured: where a thing lies in memory would be.
struct Comparison {
  std::function<void(int kind)> prepare;
  std::function<bool()> ask;
  std::function<void()> move{};  // To another place in memory.
};

double welch_t(const Comparison& compared) {
  std::minstd_rand dice(1);
  volatile bool sink = false;
  Nanoseconds times[2];
  for (Nanoseconds& one : times) one.reserve(samples_count);
  for (std::size_t sample = 0; sample < samples_count; ++sample) {
    const int kind = static_cast<int>(dice() >> 8U & 1U);
    compared.prepare(kind);
    const auto began = std::chrono::steady_clock::now();
    sink = compared.ask();
    const auto took = std::chrono::steady_clock::now() - began;
    times[kind].push_back(std::chrono::duration<double, std::nano>(took).count());
  }
  const Moments first = moments_of(std::move(times[0]));
  const Moments second = moments_of(std::move(times[1]));
  return std::abs(first.mean - second.mean) /
         std::sqrt(first.variance / first.count + second.variance / second.count);
}

double least_t(const Comparison& compared) {
  double least = INFINITY;
  for (int attempt = 0; attempt < attempts && least >= t_max; ++attempt) {
    if (compared.move) compared.move();
    least = std::min(least, welch_t(compared));
  }
  std::cout << "figure |t| = " << least << " over " << samples_count << " samples\n";
  return least;
}

// What must not be done, at the price of what is done: bytes are compared until two differ.
[[gnu::noinline]] bool equal_until_they_differ(const Sha256Digest& left,
                                               const Sha256Digest& right) {
  for (std::size_t index = 0; index < left.size(); ++index) {
    if (left[index] != right[index]) return false;
    asm volatile("" ::: "memory");
  }
  return true;
}

class TimingTest : public testing::Test {
 protected:
  TimingTest() {
    wrong_token_ = make_app_token(random_).text.text();
    right_ = sha256(as_bytes(wrong_token_));
    for (Sha256Digest& digest : wrong_) digest = right_;
    wrong_[0].front() ^= 1U;
    wrong_[1].back() ^= 1U;
  }

  // A few more keys each time.
  void make_keys() {
    rows_.keys.resize(rows_.keys.size() + 37);
    for (AppKeyRow& row : rows_.keys) row = new_key();
    names_[0] = rows_.keys.back().app_key;
    names_[1] = new_key().app_key;
    name_ = std::string();
    name_.reserve(64 + rows_.keys.size() % 512);
    access_ = std::make_unique<AccountAccess>(rows_);
  }

  AppKeyRow new_key() { return make_app_key(here, "loja", "x", "reader", clock_, random_).row; }

  SimClock clock_;
  SeededRandom random_{1};
  std::string names_[2];  // One that is known, and one that is not.
  std::string name_;
  std::string wrong_token_;
  AccessRows rows_{here, 1, {}, {}};
  std::unique_ptr<AccountAccess> access_;
  Sha256Digest right_{};
  Sha256Digest wrong_[2];  // In its first byte, and in its last.
  Sha256Digest digest_{};
};

TEST_F(TimingTest, OfAKeyThatIsKnownAndOneThatIsNot) {
  const auto prepare = [this](int kind) { name_.assign(names_[kind]); };
  const auto ask = [this] {
    return access_->authenticate({name_, wrong_token_, {}}, clock_).has_value();
  };
  EXPECT_LT(least_t({prepare, ask, [this] { make_keys(); }}), t_max);
}

TEST_F(TimingTest, OfATokenThatIsWrongInItsFirstByteAndInItsLast) {
  const auto prepare = [this](int kind) { digest_ = wrong_[kind]; };
  EXPECT_LT(least_t({prepare, [this] { return equal_in_constant_time(right_, digest_); }}), t_max);
}

TEST_F(TimingTest, FindsAComparisonThatEndsEarly) {
  const auto prepare = [this](int kind) { digest_ = wrong_[kind]; };
  EXPECT_GT(least_t({prepare, [this] { return equal_until_they_differ(right_, digest_); }}), t_max);
}

}  // namespace
}  // namespace velum::timing_test
