#include "base/base64.h"

namespace velum {
namespace {

constexpr std::string_view base64_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// `Text` is what push_back(char) fills: a std::string or a WipedText.
template <typename Text>
void encode(ByteView bytes, std::string_view letters, Text& out) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const std::uint8_t byte : bytes) {
    bits = bits << 8 | byte;
    count += 8;
    while (count >= 6) {
      count -= 6;
      out.push_back(letters[bits >> count & 0x3F]);
    }
  }
  if (count > 0) out.push_back(letters[bits << (6 - count) & 0x3F]);
}

template <typename Text>
void encode_padded(ByteView bytes, Text& out) {
  encode(bytes, base64_letters, out);
  out.insert(out.end(), (3 - bytes.size() % 3) % 3, '=');
}

// Calls take(byte) for each byte that `text` says. False, when some may have been taken already,
// for any other spelling than the one that encode() writes: bits that say nothing are 0.
template <typename Take>
bool decode_unpadded(std::string_view text, std::string_view letters, Take take) {
  if (text.size() % 4 == 1) return false;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char letter : text) {
    const std::size_t value = letters.find(letter);
    if (value == std::string_view::npos) return false;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      take(static_cast<std::uint8_t>(bits >> count & 0xFF));
    }
  }
  return (bits & ((1U << count) - 1)) == 0;
}

template <typename Take>
bool decode(std::string_view text, Take take) {
  if (text.size() % 4 != 0) return false;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  return decode_unpadded(text, base64_letters, take);
}

}  // namespace

std::string to_base64(ByteView bytes) {
  std::string text;
  encode_padded(bytes, text);
  return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  if (!decode(text, [&bytes](std::uint8_t byte) { bytes.push_back(byte); })) return std::nullopt;
  return bytes;
}

std::optional<Bytes> from_base64url(std::string_view text) {
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  const auto take = [&bytes](std::uint8_t byte) { bytes.push_back(byte); };
  if (!decode_unpadded(text, base64url_letters, take)) return std::nullopt;
  return bytes;
}

void append_base64(ByteView secret, WipedText& out) {
  encode_padded(secret, out);
}

void append_base64url(ByteView secret, WipedText& out) {
  encode(secret, base64url_letters, out);
}

std::optional<Key256> key_from_base64(std::string_view text) {
  Key256 key;
  std::size_t size_bytes = 0;
  const bool decoded = decode(text, [&key, &size_bytes](std::uint8_t byte) {
    if (size_bytes < Key256::size_bytes) key.mutable_bytes()[size_bytes] = byte;
    ++size_bytes;
  });
  if (!decoded || size_bytes != Key256::size_bytes) return std::nullopt;
  return key;
}

}  // namespace velum
