#include "io/system_random.h"

#include <sys/mman.h>
#include <sys/random.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "base/result.h"
#include "base/sensitive.h"

namespace velum {
namespace {

constexpr std::size_t page_size_bytes = 4096;
constexpr std::size_t buffered_max_bytes = 256;  // More than that is worth a call of its own.

void fill_from_system(std::span<std::uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const auto count = ::getrandom(out.data() + done, out.size() - done, 0);
    if (count < 0 && errno == EINTR) continue;
    VELUM_CHECK(count > 0);
    done += static_cast<std::size_t>(count);
  }
}

}  // namespace

// All zeros is an empty page, which is what a forked child finds.
struct SystemRandom::Page {
  std::uint64_t left;  // How many of the last bytes were not handed out yet.
  std::uint8_t bytes[page_size_bytes - sizeof(std::uint64_t)];
};

SystemRandom::SystemRandom() : page_(nullptr) {
  static_assert(sizeof(Page) == page_size_bytes);
  void* memory =
      ::mmap(nullptr, page_size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  VELUM_CHECK(memory != MAP_FAILED);
  if (::madvise(memory, page_size_bytes, MADV_WIPEONFORK) != 0) {
    ::munmap(memory, page_size_bytes);
    return;
  }
  ::madvise(memory, page_size_bytes, MADV_DONTDUMP);
  page_ = static_cast<Page*>(memory);
}

SystemRandom::~SystemRandom() {
  if (page_ == nullptr) return;
  wipe(page_, page_size_bytes);
  ::munmap(page_, page_size_bytes);
}

void SystemRandom::fill(std::span<std::uint8_t> out) {
  if (page_ == nullptr || out.size() > buffered_max_bytes) return fill_from_system(out);
  if (out.empty()) return;
  const std::lock_guard lock(mutex_);
  if (page_->left < out.size()) {
    fill_from_system(page_->bytes);
    page_->left = sizeof(page_->bytes);
  }
  std::uint8_t* const next = page_->bytes + sizeof(page_->bytes) - page_->left;
  std::memcpy(out.data(), next, out.size());
  wipe(next, out.size());
  page_->left -= out.size();
}

}  // namespace velum
