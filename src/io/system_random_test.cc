#include "io/system_random.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <set>
#include <thread>
#include <vector>

#include "io/sim_random.h"

namespace velum {
namespace {

using Draw = std::array<std::uint8_t, 32>;

Draw draw(Random& random) {
  Draw bytes{};
  random.fill(bytes);
  return bytes;
}

TEST(SystemRandom, NeverRepeatsAcrossPagesThreadsAndSizes) {
  constexpr std::size_t threads_count = 4, draws_count = 2000;
  SystemRandom random;
  std::vector<std::vector<Draw>> drawn(threads_count);
  std::vector<std::thread> threads;
  for (std::vector<Draw>& mine : drawn) {
    threads.emplace_back([&random, &mine] {
      for (std::size_t index = 0; index < draws_count; ++index) mine.push_back(draw(random));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<Draw> distinct;
  for (const std::vector<Draw>& mine : drawn) distinct.insert(mine.begin(), mine.end());
  EXPECT_EQ(distinct.size(), threads_count * draws_count);
}

TEST(SystemRandom, FillsEverySizeToItsLastByte) {
  SystemRandom random;
  for (const std::size_t size : {1UL, 12UL, 255UL, 256UL, 257UL, 4088UL, 5000UL}) {
    std::vector<std::uint8_t> seen(size);  // Or'ed: a byte that is never written stays 0.
    for (int round = 0; round < 32; ++round) {
      std::vector<std::uint8_t> bytes(size);
      random.fill(bytes);
      for (std::size_t index = 0; index < size; ++index) seen[index] |= bytes[index];
    }
    for (const std::uint8_t byte : seen) EXPECT_NE(byte, 0) << size;
  }
  random.fill({});
}

TEST(SystemRandom, AForkedChildDrawsOtherBytes) {
  SystemRandom random;
  draw(random);  // The page is filled now, and the child would inherit it.
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const Draw bytes = draw(random);
    ::_exit(::write(ends[1], bytes.data(), bytes.size()) == 32 ? 0 : 1);
  }
  Draw childs{};
  EXPECT_EQ(::read(ends[0], childs.data(), childs.size()), 32);
  EXPECT_NE(draw(random), childs);
  int status = 1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(SeededRandom, IsItsSeed) {
  SeededRandom one(1), same(1), other(2);
  const Draw first = draw(one);
  EXPECT_EQ(first, draw(same));
  EXPECT_NE(first, draw(other));
  EXPECT_NE(first, draw(one));
}

}  // namespace
}  // namespace velum
