#include "audit/journal.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "audit/journal_frame.h"

namespace velum {
namespace {

constexpr std::string_view magic = "VELUMJ1\n";
constexpr std::size_t header_bytes = 8 + 8 + 32 + 32;
constexpr int journal_attempts_max = 100;
constexpr std::size_t segment_read_max_bytes = std::size_t{1} << 30;

Sha256Digest digest_at(ByteView bytes, std::size_t at) {
  Sha256Digest digest;
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), digest.size(), digest.begin());
  return digest;
}

Bytes encode_header(std::uint64_t segment, const Sha256Digest& chain) {
  Bytes out;
  append(out, as_bytes(magic));
  append_u64be(out, segment);
  append(out, chain);
  append(out, sha256(out));
  return out;
}

struct Segment {
  Sha256Digest before{};
  std::vector<JournalFrame> frames;
  std::vector<Sha256Digest> chains;  // After each frame.
  std::size_t end = 0;               // Where the frames end.
  bool has_later_write = false;      // Behind that.
};

// Reads frames up to the first that does not verify: zeros, or what a crash tore.
Result<Segment> read_segment(FileSystem& files, const std::string& path, std::uint64_t number) {
  TRY_ASSIGN(const Bytes content, read_file(files, path, segment_read_max_bytes));
  const ByteView bytes(content);
  if (bytes.size() < header_bytes ||
      sha256(bytes.first(header_bytes - 32)) != digest_at(bytes, header_bytes - 32) ||
      as_text(bytes.first(8)) != magic || read_u64be(bytes.subspan(8)) != number) {
    return Error(ErrorCode::corrupt, "a journal segment has no valid header", path);
  }
  Segment segment;
  segment.before = digest_at(bytes, 16);
  Sha256Digest chain = segment.before;
  segment.end = header_bytes;
  while (auto found = find_frame(bytes.subspan(segment.end), chain)) {
    segment.frames.push_back(std::move(found->frame));
    segment.chains.push_back(found->chain);
    chain = found->chain;
    segment.end += found->size_bytes;
  }
  segment.has_later_write = has_later_write(bytes, segment.end, chain);
  return segment;
}

// No newer segment tells where this one ends, so it must show itself that nothing acknowledged is
// missing. A server that writes meanwhile may have been seen in the wrong order: not twice at one
// place.
Result<Segment> read_last_segment(FileSystem& files, const std::string& path,
                                  std::uint64_t number) {
  std::size_t end = 0;
  for (int attempt = 0; attempt < journal_attempts_max; ++attempt) {
    TRY_ASSIGN(Segment segment, read_segment(files, path, number));
    if (!segment.has_later_write) return segment;
    if (segment.end == end) break;
    end = segment.end;
  }
  return Error(ErrorCode::corrupt, "a journal segment is damaged, and entries are behind it", path);
}

// Drops what comes after the point from which the next segment goes on. False if there is no such
// point: then acknowledged frames are missing.
bool cut_at(Segment& segment, const Sha256Digest& chain) {
  if (chain == segment.before) {
    segment.frames.clear();
    segment.chains.clear();
    return true;
  }
  const auto found = std::find(segment.chains.begin(), segment.chains.end(), chain);
  if (found == segment.chains.end()) return false;
  const auto count = static_cast<std::size_t>(found - segment.chains.begin()) + 1;
  segment.frames.resize(count);
  segment.chains.resize(count);
  return true;
}

// A crash or a full disk while a segment was being made leaves it without a header, and with
// nothing behind it: frames come only after the header is durable. A header that was damaged later
// has frames behind it, and is no such thing.
bool is_unfinished(FileSystem& files, const std::string& path) {
  const auto content = read_file(files, path, segment_read_max_bytes);
  if (!content) return false;
  const ByteView bytes(*content);
  if (bytes.size() < header_bytes) return true;
  const ByteView frames = bytes.subspan(header_bytes);
  return sha256(bytes.first(header_bytes - 32)) != digest_at(bytes, header_bytes - 32) &&
         std::all_of(frames.begin(), frames.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

std::string segment_path(const std::string& directory, std::uint64_t segment) {
  const std::string digits = std::to_string(segment);
  return directory + "/" + std::string(16 - std::min<std::size_t>(16, digits.size()), '0') +
         digits + ".seg";
}

Result<std::vector<std::uint64_t>> list_segments(FileSystem& files, const std::string& directory) {
  TRY_ASSIGN(const std::vector<std::string> names, files.list(directory));
  std::vector<std::uint64_t> segments;
  for (const std::string& name : names) {
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (failure == std::errc() && std::string_view(end) == ".seg") segments.push_back(number);
  }
  return segments;
}

Result<JournalEnd> read_journal(
    FileSystem& files, const std::string& directory,
    const std::function<Result<void>(JournalFrame, std::uint64_t)>& each) {
  TRY_ASSIGN(std::vector<std::uint64_t> numbers, list_segments(files, directory));
  JournalEnd end;
  if (!numbers.empty()) end.segment = numbers.back();
  // Anywhere: that nothing acknowledged is missing, the next segment's chain proves.
  std::erase_if(numbers, [&](std::uint64_t number) {
    return is_unfinished(files, segment_path(directory, number));
  });
  std::optional<Segment> previous;
  const auto hand_over = [&each, &previous](std::uint64_t number) -> Result<void> {
    for (JournalFrame& frame : previous->frames) TRY(each(std::move(frame), number));
    return {};
  };
  for (std::size_t index = 0; index < numbers.size(); ++index) {
    const std::string path = segment_path(directory, numbers[index]);
    const bool is_last = index + 1 == numbers.size();
    auto read = is_last ? read_last_segment(files, path, numbers[index])
                        : read_segment(files, path, numbers[index]);
    if (!read && read.error().code() == ErrorCode::not_found) {
      previous.reset();  // Gone since the list was made, and so are those before it.
      continue;
    }
    TRY_ASSIGN(Segment segment, std::move(read));
    if (previous) {
      if (!cut_at(*previous, segment.before)) {
        return Error(ErrorCode::corrupt, "a journal segment does not continue the one before it",
                     path);
      }
      TRY(hand_over(numbers[index - 1]));
    }
    end.chain = segment.chains.empty() ? segment.before : segment.chains.back();
    previous = std::move(segment);
  }
  if (previous) TRY(hand_over(numbers.back()));
  return end;
}

Result<void> JournalWriter::begin_segment() {
  file_.reset();
  const std::uint64_t number = end_.segment + 1;
  end_.segment = number;  // Even if this one fails: a number is used once.
  const std::string path = segment_path(directory_, number);
  TRY_ASSIGN(std::unique_ptr<File> file,
             files_.open(path, OpenMode::create_new, FileAccess::owner));
  TRY(file->allocate(segment_size_bytes_));
  const Bytes header = encode_header(number, end_.chain);
  TRY(file->write_at(0, header));
  TRY(file->sync());
  TRY(files_.sync_directory(directory_));
  file_ = std::move(file);
  offset_ = header.size();
  return {};
}

Result<void> JournalWriter::flush(ByteView bytes, const Sha256Digest& chain) {
  if (bytes.empty()) return {};
  if (auto written = file_->write_at(offset_, bytes); !written) {
    file_.reset();
    return written;
  }
  if (auto synced = file_->sync(); !synced) {
    file_.reset();
    return synced;
  }
  offset_ += bytes.size();
  end_.chain = chain;
  return {};
}

JournalWriter::Appended JournalWriter::append(const std::vector<JournalFrame>& frames) {
  Appended appended;
  if (!file_) appended.result = begin_segment();
  Bytes bytes;
  Sha256Digest chain = end_.chain;
  const auto flush_up_to = [&](std::size_t count) {
    appended.result = flush(bytes, chain);
    if (appended.result) appended.durable = count;
    bytes.clear();
  };
  for (std::size_t at = 0; at < frames.size() && appended.result; ++at) {
    const std::size_t size = frame_header_bytes + frames[at].entry.size();
    if (offset_ + bytes.size() + size > segment_size_bytes_) {
      flush_up_to(at);
      if (appended.result) appended.result = begin_segment();
      if (!appended.result) return appended;
    }
    chain = encode_frame(frames[at],
                         bytes.empty() ? FramePlace::first_of_write : FramePlace::behind_another,
                         chain, bytes);
  }
  if (appended.result) flush_up_to(frames.size());
  return appended;
}

}  // namespace velum
