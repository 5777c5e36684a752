#pragma once
// One frame of the journal as bytes:
//
//   frame  =  first u1 | size u31 | account u32be | number u64be | entry id[16] | chain[32] | entry
//   chain  =  SHA-256(the chain before | the frame without its chain)
//
// `first` is set in the first frame of each write. A write is synced before the next begins, so
// such a frame proves that everything before it was durable.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "audit/journal.h"
#include "base/bytes.h"
#include "crypto/crypto.h"

namespace velum {

constexpr std::size_t frame_header_bytes = 4 + 4 + 8 + 16 + 32;

enum class FramePlace : std::uint8_t { first_of_write, behind_another };

// Appends a frame and returns the chain after it.
Sha256Digest encode_frame(const JournalFrame& frame, FramePlace place, const Sha256Digest& before,
                          Bytes& out);

struct FoundFrame {
  JournalFrame frame;
  Sha256Digest chain{};
  std::size_t size_bytes = 0;
};
// The frame at the beginning of `bytes`, if it is whole and goes on from `before`.
std::optional<FoundFrame> find_frame(ByteView bytes, const Sha256Digest& before);

// At `broken` there is no frame that goes on from `before`: zeros, what a crash tore, or damage. Is
// there the beginning of a later write behind it?
bool has_later_write(ByteView bytes, std::size_t broken, const Sha256Digest& before);

}  // namespace velum
