#pragma once
// For tests: text as an Input that comes in small pieces.

#include <algorithm>
#include <cstring>
#include <string>

#include "io/input.h"

namespace velum {

class TextInput final : public Input {
 public:
  explicit TextInput(std::string text, std::size_t piece_bytes = 7)
      : text_(std::move(text)), piece_bytes_(piece_bytes) {}

  Result<std::size_t> read_some(std::span<char> out) override {
    const std::size_t count = std::min({out.size(), piece_bytes_, text_.size() - at_});
    std::memcpy(out.data(), text_.data() + at_, count);
    at_ += count;
    return count;
  }
  std::optional<std::uint64_t> size_bytes() const override { return text_.size(); }

 private:
  std::string text_;
  std::size_t piece_bytes_;
  std::size_t at_ = 0;
};

}  // namespace velum
