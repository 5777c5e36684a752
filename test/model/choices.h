#pragma once
// Choices: what is left to chance. The same for the same seed.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "io/sim_random.h"

namespace velum::model {

class Choices {
 public:
  explicit Choices(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t limit) {
    std::array<std::uint8_t, 8> bytes{};
    random_.fill(bytes);
    return static_cast<std::size_t>(read_u64be(bytes) % limit);
  }
  bool one_in(std::size_t count) { return below(count) == 0; }
  bool percent(std::size_t percent) { return below(100) < percent; }
  template <typename T>
  const T& one_of(const std::vector<T>& list) {
    return list[below(list.size())];
  }

 private:
  SeededRandom random_;
};

}  // namespace velum::model
