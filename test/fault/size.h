#pragma once
// How much of the long tests is done: all of it, ten times as much with VELUM_LONG, or the
// percentage in VELUM_FAULT_PERCENT, for a build that is much slower. Of the faults at each disk
// call 20 is all.

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace velum {

inline std::uint64_t fault_percent() {
  const char* percent = std::getenv("VELUM_FAULT_PERCENT");
  if (percent != nullptr) return std::max(1UL, std::strtoul(percent, nullptr, 10));
  return std::getenv("VELUM_LONG") == nullptr ? 100 : 1000;
}

// At least 1.
inline std::uint64_t of_full_size(std::uint64_t count) {
  return std::max<std::uint64_t>(1, count * fault_percent() / 100);
}

}  // namespace velum
