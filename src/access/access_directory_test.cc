#include "access/access_directory.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace velum::access_directory_test {
namespace {

constexpr AccountId here{7};
constexpr AccountId elsewhere{8};

std::shared_ptr<const AccountAccess> access_at(AccountId account, std::uint64_t revision) {
  return std::make_shared<AccountAccess>(AccessRows{account, revision, {}, {}});
}

TEST(AccessDirectory, AViewSeesWhatWasPublishedLast) {
  AccessDirectory directory;
  AccessView view(directory);
  directory.publish(access_at(here, 0));
  directory.publish(access_at(elsewhere, 5));
  EXPECT_EQ(view.of(here).revision(), 0U);
  EXPECT_EQ(view.of(elsewhere).revision(), 5U);
  directory.publish(access_at(here, 1));
  EXPECT_EQ(view.of(here).revision(), 1U);
  EXPECT_EQ(directory.of(here)->revision(), 1U);
  EXPECT_EQ(view.of(elsewhere).revision(), 5U);
}

TEST(AccessDirectory, NothingOlderComesInThePlaceOfWhatIsNewer) {
  AccessDirectory directory;
  AccessView view(directory);
  directory.publish(access_at(here, 4));
  const auto kept = directory.of(here);
  directory.publish(access_at(here, 3));
  directory.publish(access_at(here, 4));
  EXPECT_EQ(directory.of(here), kept);
  EXPECT_EQ(&view.of(here), kept.get());
}

// For the thread sanitizer as much as for itself.
TEST(AccessDirectory, LoopsReadWhileOthersChange) {
  constexpr std::uint64_t last = 2000;
  AccessDirectory directory;
  directory.publish(access_at(here, 0));
  std::atomic<bool> went_back{false};
  {
    std::vector<std::jthread> threads;
    for (int count = 0; count < 2; ++count) {
      threads.emplace_back([&] {
        AccessView view(directory);
        for (std::uint64_t seen = 0; seen < last;) {
          const std::uint64_t now = view.of(here).revision();
          if (now < seen) went_back = true;
          seen = now;
        }
      });
      threads.emplace_back([&] {
        for (std::uint64_t at = 1; at <= last; ++at) directory.publish(access_at(here, at));
      });
    }
  }
  EXPECT_FALSE(went_back);
  EXPECT_EQ(directory.of(here)->revision(), last);
}

}  // namespace
}  // namespace velum::access_directory_test
