// The disk gives back other bytes than were written: one bit, or a sector of zeros, anywhere in any
// file of a store. Whatever is asked then, the answer is the right one or an error.

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <string>

#include "io/sim_inode.h"
#include "test/fault/known_store.h"
#include "test/fault/size.h"

namespace velum::bit_flips_test {
namespace {

constexpr std::size_t sector_bytes = 512;
constexpr std::uint64_t flips_of_a_small_file = 30;

class Battery {
 public:
  explicit Battery(Ending ending) : store_(ending), random_(static_cast<std::uint64_t>(ending)) {}

  // One bit after the other, in every file.
  void flip_bits(std::uint64_t in_a_large_file) {
    for_each_file(in_a_large_file, [this](const std::string& path, Bytes& bytes) {
      const std::uint64_t at = below(random_, bytes.size());
      bytes[at] ^= static_cast<std::uint8_t>(1U << below(random_, 8));
      return store_.allowed(path, Damage::bit, at + 1);
    });
  }
  void clear_sectors(std::uint64_t in_a_large_file) {
    for_each_file(in_a_large_file, [this](const std::string& path, Bytes& bytes) {
      const std::size_t at = below(random_, bytes.size()) / sector_bytes * sector_bytes;
      const std::size_t end = std::min(bytes.size(), at + sector_bytes);
      std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                bytes.begin() + static_cast<std::ptrdiff_t>(end), std::uint8_t{0});
      return store_.allowed(path, Damage::sector, end);
    });
  }
  void tell(std::string_view what) const {
    std::cout << "figure " << what << ": " << tried_ << ", of which " << right_
              << " changed no answer, " << errors_ << " some answers into errors, " << refused_
              << " were refused at the start\n";
  }
  std::uint64_t tried() const { return tried_; }
  std::uint64_t noticed() const { return errors_ + refused_; }

 private:
  template <typename Damage>
  void for_each_file(std::uint64_t in_a_large_file, Damage damage) {
    for (const std::string& path : store_.paths()) {
      const Bytes whole = store_.files().content(path);
      if (whole.empty()) continue;
      const bool is_large = whole.size() > 50'000;
      const std::uint64_t times = of_full_size(is_large ? in_a_large_file : flips_of_a_small_file);
      for (std::uint64_t time = 0; time < times && !testing::Test::HasFailure(); ++time) {
        Bytes bytes = whole;
        const Tail allowed = damage(path, bytes);
        try_with(path, whole, bytes, allowed);
      }
    }
  }

  void try_with(const std::string& path, const Bytes& whole, const Bytes& bytes,
                const Tail& allowed) {
    const auto at = std::mismatch(whole.begin(), whole.end(), bytes.begin()).first - whole.begin();
    SCOPED_TRACE(path + ", byte " + std::to_string(at));
    SimFileSystem files = store_.files().copy();
    const auto file = files.open(path, OpenMode::read_write, FileAccess::owner);
    ASSERT_TRUE((*file)->write_at(0, bytes) && (*file)->sync());
    const Verdict verdict = store_.ask(std::move(files), allowed);
    ++tried_;
    right_ += verdict == Verdict::right;
    errors_ += verdict == Verdict::some_errors;
    refused_ += verdict == Verdict::refused;
  }

  KnownStore store_;
  SeededRandom random_;
  std::uint64_t tried_ = 0;
  std::uint64_t right_ = 0;
  std::uint64_t errors_ = 0;
  std::uint64_t refused_ = 0;
};

class BitFlips : public testing::TestWithParam<Ending> {};

TEST_P(BitFlips, ABitIsNeverAWrongAnswer) {
  Battery battery(GetParam());
  battery.flip_bits(2000);
  battery.tell("bits flipped");
  EXPECT_GT(battery.tried(), of_full_size(2000));
  EXPECT_GT(battery.noticed(), battery.tried() / 4);
}

TEST_P(BitFlips, ASectorOfZerosIsNeverAWrongAnswer) {
  Battery battery(GetParam());
  battery.clear_sectors(600);
  battery.tell("sectors cleared");
  EXPECT_GT(battery.tried(), of_full_size(600));
  EXPECT_GT(battery.noticed(), battery.tried() / 4);
}

INSTANTIATE_TEST_SUITE_P(Endings, BitFlips, testing::Values(Ending::clean, Ending::crash));

}  // namespace
}  // namespace velum::bit_flips_test
