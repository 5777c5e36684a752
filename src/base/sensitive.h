#pragma once
// Sensitive: text about a person, and Secret: key material. Both are wiped when freed, and neither
// can be printed, logged, compared or copied by accident.
//
// Who may read a Sensitive is decided where it is made: keys/vault.h opens class P only against a
// permit. What it opened is then text that must reach one response and nothing else, so text() has
// a name that tools/tidy.py can find, and Sensitive has no path to a log, an error or a metric.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace velum {

// Overwrites memory in a way that the compiler may not leave out.
inline void wipe(void* memory, std::size_t size_bytes) {
  if (size_bytes > 0) explicit_bzero(memory, size_bytes);
}

// Overwrites what it frees. A std::string would not do: a short one keeps its bytes inside the
// object, and moving it leaves them behind in the moved-from object.
template <typename T>
struct WipingAllocator : std::allocator<T> {
  template <typename U>
  struct rebind {
    using other = WipingAllocator<U>;
  };

  void deallocate(T* memory, std::size_t count) {
    wipe(memory, count * sizeof(T));
    std::allocator<T>::deallocate(memory, count);
  }
};

// A growing buffer for text that may be personal: request bodies, response bodies, JSON output.
using WipedText = std::vector<char, WipingAllocator<char>>;

inline std::string_view view(const WipedText& text) {
  return {text.data(), text.size()};
}
inline void append(WipedText& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
}

class Sensitive {
 public:
  explicit Sensitive(std::string_view text) : text_(text.begin(), text.end()) {}
  explicit Sensitive(WipedText text) : text_(std::move(text)) {}

  Sensitive(Sensitive&&) = default;
  Sensitive& operator=(Sensitive&&) = default;
  // Copies are named, so that a reader can find every place where a second one is made.
  Sensitive(const Sensitive&) = delete;
  Sensitive& operator=(const Sensitive&) = delete;
  ~Sensitive() = default;

  Sensitive clone() const { return Sensitive(text()); }
  std::string_view text() const { return view(text_); }
  WipedText take() && { return std::move(text_); }  // For the response that it is for.

 private:
  WipedText text_;
};

// A key of a fixed size. Compared only in constant time (crypto/compare.h), wiped at its end.
template <std::size_t Size>
class SecretBytes {
 public:
  static constexpr std::size_t size_bytes = Size;

  SecretBytes() = default;
  explicit SecretBytes(std::span<const std::uint8_t, Size> bytes) {
    std::memcpy(bytes_.data(), bytes.data(), Size);
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  SecretBytes(SecretBytes&& other) noexcept : bytes_(other.bytes_) { other.clear(); }
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      other.clear();
    }
    return *this;
  }
  ~SecretBytes() { clear(); }

  SecretBytes clone() const { return SecretBytes(std::span<const std::uint8_t, Size>(bytes_)); }
  ByteView bytes() const { return bytes_; }
  std::span<std::uint8_t, Size> mutable_bytes() { return bytes_; }

 private:
  void clear() { wipe(bytes_.data(), Size); }

  std::array<std::uint8_t, Size> bytes_{};
};

using Key256 = SecretBytes<32>;

}  // namespace velum
