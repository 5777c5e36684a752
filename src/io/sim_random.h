#pragma once
// SeededRandom: the same bytes for the same seed, so that a failing test can be run again. For
// tests only: xoshiro256** can be predicted. Any thread.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>

#include "base/bytes.h"
#include "base/random.h"

namespace velum {

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {  // splitmix64, as xoshiro's authors advise.
      seed += 0x9E3779B97F4A7C15;
      std::uint64_t mixed = seed;
      mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
      mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
      word = mixed ^ (mixed >> 31);
    }
  }

  void fill(std::span<std::uint8_t> out) override {
    const std::lock_guard lock(mutex_);
    std::uint64_t word = 0;
    for (std::size_t index = 0; index < out.size(); ++index) {
      if (index % 8 == 0) word = next();
      out[index] = static_cast<std::uint8_t>(word >> (index % 8 * 8) & 0xFF);
    }
  }

 private:
  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  std::mutex mutex_;
  std::array<std::uint64_t, 4> state_{};
};

inline std::uint64_t below(SeededRandom& random, std::uint64_t limit) {
  std::array<std::uint8_t, 8> bytes{};
  random.fill(bytes);
  return read_u64be(bytes) % limit;
}

}  // namespace velum
