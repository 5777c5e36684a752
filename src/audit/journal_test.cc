// A journal whose disk gives back other bytes than were written.

#include "audit/journal.h"

#include <gtest/gtest.h>

#include "io/sim_file.h"

namespace velum {
namespace {

const std::string path = segment_path("j", 1);

// Writes of several frames, one after the other, in one segment.
class DamagedJournal : public testing::Test {
 protected:
  DamagedJournal() {
    EXPECT_TRUE(files_.make_directory("j"));
    JournalWriter writer(files_, "j", {}, 4096);
    for (const std::size_t count : {1, 3, 1, 2, 1}) {
      std::vector<JournalFrame> frames;
      for (std::size_t index = 0; index < count; ++index) frames.push_back(next());
      frames_before_last_ = frames_ - count;
      last_write_at_ = end_of_frames();
      EXPECT_TRUE(writer.append(frames).result);
    }
    whole_ = files_.content(path);
  }

  JournalFrame next() {
    const std::uint64_t number = frames_++;
    return {AccountId{7}, number, EntryId(), "{\"number\":" + std::to_string(number) + "}"};
  }
  std::size_t end_of_frames() {
    const Bytes bytes = files_.content(path);
    std::size_t end = bytes.size();
    while (end > 0 && bytes[end - 1] == 0) --end;
    return end;
  }
  // How many frames there are with `bytes` for a segment: the first ones that were written.
  Result<std::uint64_t> count_with(ByteView bytes) {
    const auto file = files_.open(path, OpenMode::read_write, FileAccess::owner);
    EXPECT_TRUE((*file)->write_at(0, bytes));
    std::uint64_t count = 0;
    const auto each = [&count](const JournalFrame& frame, std::uint64_t) -> Result<void> {
      EXPECT_EQ(frame.entry, "{\"number\":" + std::to_string(count++) + "}");
      return {};
    };
    TRY(read_journal(files_, "j", each));
    return count;
  }

  SimFileSystem files_;
  Bytes whole_;
  std::uint64_t frames_ = 0;
  std::uint64_t frames_before_last_ = 0;
  std::size_t last_write_at_ = 0;
};

TEST_F(DamagedJournal, ABitCostsTheLastWriteAtMost) {
  EXPECT_EQ(*count_with(whole_), frames_);
  std::size_t lost = 0;
  const std::size_t end = end_of_frames();
  for (std::size_t bit = 0; bit < 8 * (end + 100); ++bit) {
    Bytes bytes = whole_;
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    const auto count = count_with(bytes);
    if (!count) {
      EXPECT_EQ(count.error().code(), ErrorCode::corrupt);
      EXPECT_EQ(count.error().subject(), path);
    } else if (bit / 8 >= end) {
      EXPECT_EQ(*count, frames_) << bit;
    } else {
      EXPECT_GE(bit / 8, last_write_at_) << bit;
      EXPECT_EQ(*count, frames_before_last_) << bit;
      ++lost;
    }
  }
  EXPECT_GT(lost, 0U);  // Else the documentation promises too little.
}

// Any part of the last write may be there after a crash.
TEST_F(DamagedJournal, ATornWriteIsNoDamage) {
  const std::size_t end = end_of_frames();
  for (std::size_t begin = last_write_at_; begin < end; ++begin) {
    for (const std::size_t stop : {begin + 1, end}) {
      Bytes bytes = whole_;
      std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                bytes.begin() + static_cast<std::ptrdiff_t>(stop), std::uint8_t{0});
      const auto count = count_with(bytes);
      ASSERT_TRUE(count) << begin;
      EXPECT_GE(*count, frames_before_last_);
    }
  }
}

}  // namespace
}  // namespace velum
