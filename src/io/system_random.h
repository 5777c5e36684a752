#pragma once
// SystemRandom: bytes from getrandom(2), a page at a time, since a call for each nonce costs more
// than the nonce's encryption. A byte is wiped when it is handed out, and the page is empty in a
// forked child, so none is handed out twice.

#include <cstdint>
#include <mutex>
#include <span>

#include "base/random.h"

namespace velum {

class SystemRandom final : public Random {
 public:
  SystemRandom();
  SystemRandom(const SystemRandom&) = delete;
  SystemRandom& operator=(const SystemRandom&) = delete;
  ~SystemRandom() override;

  void fill(std::span<std::uint8_t> out) override;

 private:
  struct Page;

  std::mutex mutex_;
  Page* page_;  // Mapped apart, for the kernel to wipe on fork; null where it cannot.
};

}  // namespace velum
