#include "io/sim_inode.h"

#include <algorithm>
#include <array>
#include <utility>

namespace velum {
namespace {

constexpr std::size_t sector_bytes = 512;

void write(Bytes& content, std::uint64_t offset, ByteView bytes) {
  const auto at = static_cast<std::size_t>(offset);
  if (content.size() < at + bytes.size()) content.resize(at + bytes.size());
  std::copy(bytes.begin(), bytes.end(), content.begin() + static_cast<std::ptrdiff_t>(at));
}

void replay(Bytes& content, const SimChange& change) {
  if (change.truncation) {
    content.resize(static_cast<std::size_t>(change.offset));
  } else {
    write(content, change.offset, change.bytes);
  }
}

// Each sector of a torn write is there or not, on its own. Returns which, as a number.
std::uint64_t replay_torn(Bytes& content, const SimChange& change, SeededRandom& random) {
  const ByteView bytes(change.bytes);
  std::uint64_t sectors = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::uint64_t offset = change.offset + at;
    const std::size_t size =
        std::min(bytes.size() - at, sector_bytes - static_cast<std::size_t>(offset % sector_bytes));
    const std::uint64_t is_kept = below(random, 2);
    if (is_kept == 1) write(content, offset, bytes.subspan(at, size));
    sectors = mix(sectors, is_kept);
    at += size;
  }
  return sectors;
}

}  // namespace

SharedBytes& SharedBytes::operator=(const SharedBytes& other) {
  bytes_ = other.bytes_;
  is_shared_ = other.is_shared_ = true;
  return *this;
}

Bytes& SharedBytes::edit() {
  if (is_shared_) bytes_ = std::make_shared<Bytes>(*bytes_);
  is_shared_ = false;
  return *bytes_;
}

void SimInode::change(SimChange change) {
  replay(now.edit(), change);
  unsynced.push_back(std::make_shared<const SimChange>(std::move(change)));
}

void SimInode::sync() {
  for (const auto& change : unsynced) replay(durable.edit(), *change);
  unsynced.clear();
}

// How much is kept differs from file to file and from crash to crash: were it a third each time,
// hardly ever would all of a long log be there but one write.
std::uint64_t SimInode::crash(SeededRandom& random, std::uint64_t before) {
  now = durable;
  const std::uint64_t kept_in_8 = below(random, 9);
  const std::uint64_t torn_in_8 = 4 * below(random, 2);
  std::uint64_t outcome = before;
  for (const auto& change : unsynced) {
    std::uint64_t fate = 0;
    const std::uint64_t end = change->offset + change->bytes.size();
    const bool can_tear =
        change->offset / sector_bytes + 1 < (end + sector_bytes - 1) / sector_bytes;
    if (below(random, 8) < kept_in_8) {
      replay(now.edit(), *change);
      fate = 1;
    } else if (can_tear && below(random, 8) < torn_in_8) {
      fate = 2 + replay_torn(now.edit(), *change, random);
    }
    outcome = mix(outcome, fate);
  }
  durable = now;
  unsynced.clear();
  locked = false;
  return outcome;
}

void SimInode::crash_dropping_all() {
  now = durable;
  unsynced.clear();
  locked = false;
}

std::uint64_t mix(std::uint64_t before, std::uint64_t value) {
  const std::uint64_t mixed = (before ^ value) * 0x9E3779B97F4A7C15 + 1;
  return mixed ^ (mixed >> 32);
}

}  // namespace velum
