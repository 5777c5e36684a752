#pragma once
// ChangeStamps: which subjects a store's commits have touched, for those who keep what they read.
//
// A stamp read before a row stays what it was until a commit touches the subject, and is another
// one before that commit is answered. Subjects share stamps: one may change for another's sake, and
// never fails to change for its own. Any thread.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>

#include "base/ids.h"

namespace velum {

enum class ChangeStamp : std::uint64_t {};

class ChangeStamps {
 public:
  ChangeStamp of(AccountId account, Token subject) const {
    return ChangeStamp{counters_[place(account, subject)].load(std::memory_order_acquire)};
  }
  // After the commit can be read, and before it is answered.
  void change(AccountId account, Token subject) {
    counters_[place(account, subject)].fetch_add(1, std::memory_order_release);
  }

 private:
  // 1 MiB, of which a quiet store touches little. At 10,000 writes a second a stamp changes for
  // another subject's sake once in 13 seconds.
  static constexpr std::size_t counters_count = std::size_t{1} << 17;

  static std::size_t place(AccountId account, Token subject) {
    const std::size_t mixed =
        std::hash<Token>()(subject) ^ static_cast<std::size_t>(account) * 0x9E3779B97F4A7C15U;
    return mixed % counters_count;
  }

  std::array<std::atomic<std::uint64_t>, counters_count> counters_{};
};

}  // namespace velum
