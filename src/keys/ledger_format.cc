#include "keys/ledger_format.h"

#include <algorithm>
#include <optional>

namespace velum {
namespace {

constexpr std::string_view title = "velum ledger v1\n";
constexpr std::string_view head_title = "velum ledger head v1\n";
constexpr std::string_view entry_label = "velum ledger entry v1\n";
constexpr std::size_t body_bytes = 1 + 4 + 16 + 8;
constexpr std::size_t head_bytes = head_title.size() + 8 + 32 + 64;
static_assert(ledger_entry_bytes == body_bytes + sizeof(Ed25519Signature));

Bytes signed_text(const LedgerHead& before, ByteView body) {
  Bytes text;
  append(text, as_bytes(entry_label));
  append(text, before.chain);
  append(text, body);
  return text;
}

bool is_signed(const Ed25519PublicKey& key, const LedgerHead& before, ByteView entry) {
  return ed25519_verify(key, signed_text(before, entry.first(body_bytes)),
                        entry.subspan(body_bytes));
}

std::optional<ErasureEntry> decode(ByteView entry) {
  const auto token = Token::from_bytes(entry.subspan(5, 16));
  if (!token || (entry[0] != 1 && entry[0] != 2)) return std::nullopt;
  const Ticks since_epoch(static_cast<std::int64_t>(read_u64be(entry.subspan(21))));
  return ErasureEntry{AccountId{read_u32be(entry.subspan(1))}, *token, Instant(since_epoch),
                      static_cast<ErasureStep>(entry[0])};
}

}  // namespace

ByteView ledger_title() {
  return as_bytes(title);
}

LedgerHead empty_ledger_head() {
  return {0, sha256(ledger_title())};
}

Bytes encode_entry(const Key256& seed, const LedgerHead& before, const ErasureEntry& entry) {
  Bytes out;
  out.push_back(static_cast<std::uint8_t>(entry.step));
  append_u32be(out, static_cast<std::uint32_t>(entry.account));
  append(out, entry.token.bytes());
  append_u64be(out, static_cast<std::uint64_t>(entry.time.time_since_epoch().count()));
  append(out, ed25519_sign(seed, signed_text(before, out)));
  return out;
}

LedgerHead head_after(const LedgerHead& before, ByteView entry) {
  return {before.count + 1, sha256({before.chain, entry})};
}

Bytes encode_head(const Key256& seed, const LedgerHead& head) {
  Bytes out;
  append(out, as_bytes(head_title));
  append_u64be(out, head.count);
  append(out, head.chain);
  append(out, ed25519_sign(seed, out));
  return out;
}

Result<LedgerHead> read_head(const Ed25519PublicKey& key, ByteView bytes, const std::string& path) {
  constexpr std::size_t signed_bytes = head_bytes - sizeof(Ed25519Signature);
  if (bytes.size() != head_bytes ||
      !std::ranges::equal(bytes.first(head_title.size()), as_bytes(head_title)) ||
      !ed25519_verify(key, bytes.first(signed_bytes), bytes.subspan(signed_bytes))) {
    return Error(ErrorCode::corrupt, "the erasure ledger's head was not signed by this key", path);
  }
  LedgerHead head;
  head.count = read_u64be(bytes.subspan(head_title.size()));
  std::ranges::copy(bytes.subspan(head_title.size() + 8, 32), head.chain.begin());
  return head;
}

Result<LedgerContent> read_ledger(const Ed25519PublicKey& key, ByteView bytes,
                                  const LedgerHead& covered, const std::string& path) {
  const Error changed(ErrorCode::corrupt, "the erasure ledger was changed", path);
  LedgerContent content{{}, empty_ledger_head(), title.size()};
  if (!bytes.empty()) {
    if (!std::ranges::equal(bytes.first(std::min(bytes.size(), title.size())), ledger_title())) {
      return Error(ErrorCode::corrupt, "this is not an erasure ledger", path);
    }
    bytes = bytes.subspan(title.size());
  }
  for (; bytes.size() >= ledger_entry_bytes; bytes = bytes.subspan(ledger_entry_bytes)) {
    const ByteView bytes_of_entry = bytes.first(ledger_entry_bytes);
    const auto entry = decode(bytes_of_entry);
    if (content.head.count >= covered.count) {
      const bool genuine = entry && is_signed(key, content.head, bytes_of_entry);
      if (!genuine && bytes.size() == ledger_entry_bytes) break;  // Torn.
      if (!genuine) return changed;
    }
    if (!entry) return changed;
    content.entries.push_back(*entry);
    content.head = head_after(content.head, bytes_of_entry);
    content.size_bytes += ledger_entry_bytes;
    if (content.head.count == covered.count && content.head.chain != covered.chain) return changed;
  }
  if (content.head.count < covered.count) {
    return Error(ErrorCode::sealed, "the erasure ledger is older than its head: bring the newest",
                 path);
  }
  return content;
}

}  // namespace velum
