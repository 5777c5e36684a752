#pragma once
// Bytes that are not secret, and as hex. Secret bytes are in sensitive.h, base64 in base64.h.
//
// Integers on disk and in associated data are big-endian, so that byte order is number order.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace velum {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// The same memory, seen as bytes or as text. No copy: the view lives as long as its argument.
ByteView as_bytes(std::string_view text);
std::string_view as_text(ByteView bytes);

std::string to_hex(ByteView bytes);                    // Lower case.
std::optional<Bytes> from_hex(std::string_view text);  // Either case, even length.

void append_u16be(Bytes& out, std::uint16_t value);
void append_u32be(Bytes& out, std::uint32_t value);
void append_u64be(Bytes& out, std::uint64_t value);
void append(Bytes& out, ByteView bytes);

// The caller has checked the size: `bytes` holds at least 2, 4 or 8.
std::uint16_t read_u16be(ByteView bytes);
std::uint32_t read_u32be(ByteView bytes);
std::uint64_t read_u64be(ByteView bytes);

}  // namespace velum
