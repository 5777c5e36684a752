#pragma once
// Randomness as an injected dependency. The real one is io/system_random.h: bytes from the
// operating system. May be called from any thread; never fails (the process ends instead, since a
// vault without randomness must not make keys).

#include <cstdint>
#include <span>

namespace velum {

class Random {
 public:
  virtual void fill(std::span<std::uint8_t> out) = 0;
  virtual ~Random() = default;
};

}  // namespace velum
