#pragma once
// Input: bytes that are read once, from the first to the last: a file, or standard input. Blocks.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"

namespace velum {

class Input {
 public:
  // Waits for at least one byte. 0 is the end.
  virtual Result<std::size_t> read_some(std::span<char> out) = 0;
  // How many bytes there are in all; nullopt where nobody knows before the end.
  virtual std::optional<std::uint64_t> size_bytes() const = 0;

  virtual ~Input() = default;
};

// "-" is standard input.
Result<std::unique_ptr<Input>> open_input(const std::string& path);

}  // namespace velum
