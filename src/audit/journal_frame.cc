#include "audit/journal_frame.h"

#include <algorithm>

#include "audit/entry.h"

namespace velum {
namespace {

constexpr std::size_t chain_at = 32;
constexpr std::uint32_t first_bit = 0x8000'0000;

struct Size {
  std::size_t bytes = 0;
  bool is_first = false;
};

// Of the frame that `bytes` may begin with, if it can be one.
std::optional<Size> read_size(ByteView bytes) {
  if (bytes.size() < frame_header_bytes) return std::nullopt;
  const std::uint32_t word = read_u32be(bytes);
  const std::size_t entry = word & ~first_bit;
  if (entry == 0 || entry > bytes.size() - frame_header_bytes) return std::nullopt;
  return Size{frame_header_bytes + entry, (word & first_bit) != 0};
}

Sha256Digest stored_chain(ByteView frame) {
  Sha256Digest chain;
  std::copy_n(frame.begin() + chain_at, chain.size(), chain.begin());
  return chain;
}

Sha256Digest chain_after(const Sha256Digest& before, ByteView frame, std::size_t size) {
  return sha256({before, frame.first(chain_at),
                 frame.subspan(frame_header_bytes, size - frame_header_bytes)});
}

bool goes_on_from(const Sha256Digest& before, ByteView frame, std::size_t size) {
  return chain_after(before, frame, size) == stored_chain(frame);
}

// Does the frame at `at` go on from one between `begin` and it?
bool goes_on_from_another(ByteView bytes, std::size_t begin, std::size_t at, std::size_t size) {
  constexpr std::size_t reach = frame_header_bytes + entry_size_max_bytes;
  for (std::size_t other = std::max(begin, at > reach ? at - reach : 0);
       other + frame_header_bytes < at; ++other) {
    const ByteView frame = bytes.subspan(other);
    const auto found = read_size(frame);
    if (!found || other + found->bytes != at) continue;
    if (goes_on_from(stored_chain(frame), bytes.subspan(at), size)) return true;
  }
  return false;
}

}  // namespace

Sha256Digest encode_frame(const JournalFrame& frame, FramePlace place, const Sha256Digest& before,
                          Bytes& out) {
  const std::size_t start = out.size();
  const auto size = static_cast<std::uint32_t>(frame.entry.size());
  append_u32be(out, place == FramePlace::first_of_write ? size | first_bit : size);
  append_u32be(out, static_cast<std::uint32_t>(frame.account));
  append_u64be(out, frame.number);
  append(out, frame.id.bytes());
  const Sha256Digest chain = sha256({before, ByteView(out).subspan(start), as_bytes(frame.entry)});
  append(out, chain);
  append(out, as_bytes(frame.entry));
  return chain;
}

std::optional<FoundFrame> find_frame(ByteView bytes, const Sha256Digest& before) {
  const auto size = read_size(bytes);
  if (!size || !goes_on_from(before, bytes, size->bytes)) return std::nullopt;
  const ByteView entry = bytes.subspan(frame_header_bytes, size->bytes - frame_header_bytes);
  return FoundFrame{
      {static_cast<AccountId>(read_u32be(bytes.subspan(4))), read_u64be(bytes.subspan(8)),
       *EntryId::from_bytes(bytes.subspan(16, 16)), std::string(as_text(entry))},
      stored_chain(bytes),
      size->bytes};
}

bool has_later_write(ByteView bytes, std::size_t broken, const Sha256Digest& before) {
  const ByteView frame = bytes.subspan(broken);
  if (frame.size() < frame_header_bytes) return false;
  const auto size = read_size(frame);
  // What the chain is after it, if the damage is in the rest of the frame, or in its chain.
  const Sha256Digest stored = stored_chain(frame);
  const Sha256Digest computed = size ? chain_after(before, frame, size->bytes) : stored;
  // Nearly all of it is zeros or ASCII text.
  const auto may_be_first = [](std::uint8_t byte) { return (byte & 0x80) != 0; };
  for (auto next = std::find_if(frame.begin() + 1, frame.end(), may_be_first); next != frame.end();
       next = std::find_if(next + 1, frame.end(), may_be_first)) {
    const std::size_t at = broken + static_cast<std::size_t>(next - frame.begin());
    const ByteView later = bytes.subspan(at);
    const auto found = read_size(later);
    if (!found || !found->is_first || found->bytes > frame_header_bytes + entry_size_max_bytes) {
      continue;
    }
    if (goes_on_from(stored, later, found->bytes) || goes_on_from(computed, later, found->bytes) ||
        goes_on_from_another(bytes, broken + 1, at, found->bytes)) {
      return true;
    }
  }
  return false;
}

}  // namespace velum
