#include "base/bytes.h"

#include "base/result.h"

namespace velum {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

int nibble(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

template <typename Integer>
void append_be(Bytes& out, Integer value) {
  for (std::size_t shift = 8 * sizeof(Integer); shift > 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(value >> (shift - 8) & 0xFF));
  }
}

template <typename Integer>
Integer read_be(ByteView bytes) {
  VELUM_CHECK(bytes.size() >= sizeof(Integer));
  std::uint64_t value = 0;
  for (std::size_t index = 0; index < sizeof(Integer); ++index) value = value << 8 | bytes[index];
  return static_cast<Integer>(value);
}

}  // namespace

ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string to_hex(ByteView bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    text.push_back(hex_digits[byte >> 4]);
    text.push_back(hex_digits[byte & 0xF]);
  }
  return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t index = 0; index < text.size(); index += 2) {
    const int high = nibble(text[index]);
    const int low = nibble(text[index + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return bytes;
}

void append_u16be(Bytes& out, std::uint16_t value) {
  append_be(out, value);
}
void append_u32be(Bytes& out, std::uint32_t value) {
  append_be(out, value);
}
void append_u64be(Bytes& out, std::uint64_t value) {
  append_be(out, value);
}
void append(Bytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

std::uint16_t read_u16be(ByteView bytes) {
  return read_be<std::uint16_t>(bytes);
}
std::uint32_t read_u32be(ByteView bytes) {
  return read_be<std::uint32_t>(bytes);
}
std::uint64_t read_u64be(ByteView bytes) {
  return read_be<std::uint64_t>(bytes);
}

}  // namespace velum
