#include "storage/sqlite/log_check.h"

#include <algorithm>
#include <array>
#include <bit>

#include "storage/sqlite/log_sums.h"
#include "storage/sqlite/page_sum.h"

namespace velum {
namespace {

constexpr std::uint32_t log_magic = 0x377F0682;  // Or one more, when words are big-endian.
constexpr std::uint32_t version = 3'007'000;
constexpr std::uint64_t sector_bytes = 512;
constexpr std::size_t header_sum_at = 24;
constexpr std::size_t frame_sum_at = 16;

enum class WordOrder : std::uint8_t { little, big };

// SQLite's checksum: two words, fed with two words at a time.
struct LogSum {
  std::uint32_t one = 0, other = 0;

  void add(ByteView bytes, WordOrder order) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      one += word(bytes.subspan(at), order) + other;
      other += word(bytes.subspan(at + 4), order) + one;
    }
  }
  static std::uint32_t word(ByteView bytes, WordOrder order) {
    const std::uint32_t big = read_u32be(bytes);
    return order == WordOrder::big ? big : __builtin_bswap32(big);
  }
  static LogSum stored(ByteView bytes) { return {read_u32be(bytes), read_u32be(bytes.subspan(4))}; }
  friend bool operator==(const LogSum&, const LogSum&) = default;
};

using Frame = std::array<std::uint8_t, log_frame_bytes>;

std::uint32_t commit_of(ByteView frame) {
  return read_u32be(frame.subspan(4));
}

class Checker {
 public:
  Checker(const File& log, const std::string& path, std::uint64_t database_pages)
      : log_(log), path_(path), pages_(database_pages) {}

  Result<CheckedLog> check() {
    TRY_ASSIGN(const std::uint64_t size, log_.size());
    frames_ = size < log_header_bytes ? 0 : (size - log_header_bytes) / log_frame_bytes;
    TRY_ASSIGN(const bool has_header, read_header(size));
    if (!has_header) return CheckedLog{};
    CheckedLog checked;
    TRY_ASSIGN(const std::uint64_t whole, read_whole_frames(checked));
    if (whole < frames_) TRY(look_behind(whole));
    return checked;
  }

 private:
  Error damaged() const {
    return {ErrorCode::corrupt,
            "the database's log is damaged, and commits are behind the damage: restore a copy",
            path_};
  }

  // False: nothing was ever written behind it, since it is synced before the first frame.
  Result<bool> read_header(std::uint64_t size) {
    std::array<std::uint8_t, log_header_bytes> header{};
    TRY_ASSIGN(const std::size_t count, log_.read_at(0, header));
    const ByteView bytes(header);
    const bool is_empty =
        std::all_of(header.begin(), header.end(), [](std::uint8_t byte) { return byte == 0; });
    if (count < header.size() || (is_empty && size == log_header_bytes)) return false;
    order_ = (header[3] & 1) != 0 ? WordOrder::big : WordOrder::little;
    sum_.add(bytes.first(header_sum_at), order_);
    if ((read_u32be(bytes) & ~1U) != log_magic || read_u32be(bytes.subspan(4)) != version ||
        read_u32be(bytes.subspan(8)) != database_page_bytes ||
        sum_ != LogSum::stored(bytes.subspan(header_sum_at))) {
      return damaged();
    }
    salts_ = read_u64be(bytes.subspan(16));
    return true;
  }

  Result<void> read_frame(std::uint64_t index) {
    TRY_ASSIGN(const std::size_t count,
               log_.read_at(log_header_bytes + index * log_frame_bytes, frame_));
    if (count == frame_.size()) return {};
    return Error(ErrorCode::io, "the database's log became shorter", path_);
  }
  bool is_of_this_log() const { return read_u64be(ByteView(frame_).subspan(8)) == salts_; }
  LogSum stored_sum() const { return LogSum::stored(ByteView(frame_).subspan(frame_sum_at)); }
  LogSum sum_after(LogSum sum) const {
    sum.add(ByteView(frame_).first(8), order_);
    sum.add(ByteView(frame_).subspan(log_frame_header_bytes), order_);
    return sum;
  }

  // How many verify, one after the other. Keeps those up to the last commit.
  Result<std::uint64_t> read_whole_frames(CheckedLog& checked) {
    std::size_t committed = 0;
    std::uint64_t index = 0;
    for (; index < frames_; ++index) {
      TRY(read_frame(index));
      const LogSum next = sum_after(sum_);
      if (!is_of_this_log() || next != stored_sum()) break;
      sum_ = next;
      note_pages();
      checked.sums.push_back(page_sum(0, ByteView(frame_).subspan(log_frame_header_bytes)));
      if (commit_of(frame_) != 0) committed = checked.sums.size();
    }
    checked.sums.resize(committed);
    checked.size_bytes = log_header_bytes + committed * log_frame_bytes;
    return index;
  }

  // From the first frame that does not verify.
  Result<void> look_behind(std::uint64_t first) {
    TRY(read_frame(first));
    if (is_whole_but_for_its_header(first)) return damaged();
    int commits = 0;
    LogSum before = stored_sum();
    for (std::uint64_t index = first; index < frames_; ++index) {
      TRY(read_frame(index));
      if (is_of_this_log() && commit_of(frame_) != 0) {
        // A torn header may have an older commit's mark.
        const bool is_sure = cut_of_header(index) != 8 || sum_after(before) == stored_sum();
        if (is_sure) ++commits;
      }
      before = stored_sum();
    }
    if (commits > 1) return damaged();
    return {};
  }

  // The database's pages, once this frame is committed: it has no page behind the last that was
  // written.
  void note_pages() { pages_ = std::max<std::uint64_t>(pages_, read_u32be(frame_)); }

  // A header is there or not, unless it lies across two sectors. With salts that are not the log's
  // it has a right sum only if the salts alone were damaged; and a commit's mark that lost its only
  // bit is one that makes the sum right again. Only the one number that could have stood there is
  // tried: the sum is a weak one, and some other number makes that of a torn frame right too.
  bool is_whole_but_for_its_header(std::uint64_t index) {
    if (cut_of_header(index) != 0) return false;
    if (!is_of_this_log()) return sum_after(sum_) == stored_sum();
    if (commit_of(frame_) != 0) return false;
    note_pages();
    if (!std::has_single_bit(pages_)) return false;
    for (std::size_t byte = 0; byte < 4; ++byte) {
      frame_[4 + byte] = static_cast<std::uint8_t>(pages_ >> (8 * (3 - byte)));
    }
    return sum_after(sum_) == stored_sum();
  }

  // How much of a frame's header lies in an earlier sector than the rest; 0 if all is in one.
  static std::uint64_t cut_of_header(std::uint64_t index) {
    const std::uint64_t begin = log_header_bytes + index * log_frame_bytes;
    const std::uint64_t left = sector_bytes - begin % sector_bytes;
    return left < log_frame_header_bytes ? left : 0;
  }

  const File& log_;
  const std::string& path_;
  std::uint64_t frames_ = 0;
  WordOrder order_ = WordOrder::little;
  std::uint64_t salts_ = 0;
  LogSum sum_;           // After the frames that verify.
  std::uint64_t pages_;  // Of the database, after them.
  Frame frame_{};
};

}  // namespace

Result<CheckedLog> check_log(const File& log, const std::string& path,
                             std::uint64_t database_pages) {
  return Checker(log, path, database_pages).check();
}

}  // namespace velum
