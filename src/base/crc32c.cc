#include "base/crc32c.h"

#include <cstddef>
#include <cstring>

#include "base/result.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace velum {
namespace {

constexpr std::uint32_t polynomial = 0x82F63B78;  // Reflected.

// tables[n][b]: the byte b with n zero bytes behind it.
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t zeros = 1; zeros < tables.size(); ++zeros) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[zeros - 1][byte];
      tables[zeros][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}

constexpr Tables tables = make_tables();

#if defined(__x86_64__)

bool has_instruction() {
  static const bool has = __builtin_cpu_supports("sse4.2") != 0;
  return has;
}

std::uint64_t word_at(ByteView bytes, std::size_t at) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof(word));
  return word;
}

__attribute__((target("sse4.2"))) std::uint32_t rest_by_instruction(std::uint32_t state,
                                                                    ByteView bytes,
                                                                    std::size_t at) {
  for (; at < bytes.size(); ++at) state = _mm_crc32_u8(state, bytes[at]);
  return state;
}

__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::uint32_t before,
                                                               ByteView bytes) {
  std::uint64_t state = ~before;
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) state = _mm_crc32_u64(state, word_at(bytes, at));
  return ~rest_by_instruction(static_cast<std::uint32_t>(state), bytes, at);
}

__attribute__((target("sse4.2"))) std::array<std::uint32_t, 2> both_by_instruction(
    std::uint32_t before, ByteView one, ByteView other) {
  std::uint64_t state = ~before;
  std::uint64_t other_state = state;
  std::size_t at = 0;
  for (; at + 8 <= one.size(); at += 8) {
    state = _mm_crc32_u64(state, word_at(one, at));
    other_state = _mm_crc32_u64(other_state, word_at(other, at));
  }
  return {~rest_by_instruction(static_cast<std::uint32_t>(state), one, at),
          ~rest_by_instruction(static_cast<std::uint32_t>(other_state), other, at)};
}

#endif

}  // namespace

std::uint32_t crc32c_by_table(std::uint32_t before, ByteView bytes) {
  std::uint32_t crc = ~before;
  while (bytes.size() >= tables.size()) {
    std::uint32_t next = 0;
    for (std::size_t at = 0; at < tables.size(); ++at) {
      const std::uint32_t from_before = at < 4 ? crc >> (8 * at) : 0;
      next ^= tables[tables.size() - 1 - at][(bytes[at] ^ from_before) & 0xFF];
    }
    crc = next;
    bytes = bytes.subspan(tables.size());
  }
  for (const std::uint8_t byte : bytes) crc = (crc >> 8) ^ tables[0][(crc ^ byte) & 0xFF];
  return ~crc;
}

std::uint32_t crc32c(std::uint32_t before, ByteView bytes) {
#if defined(__x86_64__)
  if (has_instruction()) return by_instruction(before, bytes);
#endif
  return crc32c_by_table(before, bytes);
}

std::array<std::uint32_t, 2> crc32c_of_both(std::uint32_t before, ByteView one, ByteView other) {
  VELUM_CHECK(one.size() == other.size());
#if defined(__x86_64__)
  if (has_instruction()) return both_by_instruction(before, one, other);
#endif
  return {crc32c_by_table(before, one), crc32c_by_table(before, other)};
}

}  // namespace velum
