#pragma once
// The erasure ledger as bytes. docs/data-format.md has the grammar:
//
//   ledger  = title entry*            title = "velum ledger v1" LF
//   entry   = step u8 | account u32be | token[16] | time u64be | signature[64]
//   chain_0 = SHA-256(title)          chain_n = SHA-256(chain_(n-1) | entry_n)
//   head    = "velum ledger head v1" LF | count u64be | chain[32] | signature[64]
//
// An entry's signature covers the chain before it, so an entry belongs to one place in one ledger.
// The head's covers the chain, and so every byte before it: what a head covers needs no look at
// each entry's signature, which would take a tenth of a second a thousand at every start.

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/sensitive.h"
#include "crypto/crypto.h"
#include "crypto/signature.h"

namespace velum {

enum class ErasureStep : std::uint8_t { begin = 1, done = 2 };  // On disk.

struct ErasureEntry {
  AccountId account{};
  Token token;
  Instant time;
  ErasureStep step = ErasureStep::begin;

  friend bool operator==(const ErasureEntry&, const ErasureEntry&) = default;
};

constexpr std::size_t ledger_entry_bytes = 1 + 4 + 16 + 8 + 64;

struct LedgerHead {
  std::uint64_t count = 0;
  Sha256Digest chain{};
};

ByteView ledger_title();
LedgerHead empty_ledger_head();

Bytes encode_entry(const Key256& seed, const LedgerHead& before, const ErasureEntry& entry);
LedgerHead head_after(const LedgerHead& before, ByteView entry);

Bytes encode_head(const Key256& seed, const LedgerHead& head);
// Fails with corrupt, naming `path`, unless the key has signed it.
Result<LedgerHead> read_head(const Ed25519PublicKey& key, ByteView bytes, const std::string& path);

struct LedgerContent {
  std::vector<ErasureEntry> entries;
  LedgerHead head;             // Of what is there: `covered` or later.
  std::size_t size_bytes = 0;  // Without a torn entry at the end.
};
// Fails with sealed if `bytes` has fewer entries than `covered`, and with corrupt if the key did
// not sign them as they stand; both name `path`. Beyond `covered`, a last entry that is not whole
// is what a crash leaves, and is left out.
Result<LedgerContent> read_ledger(const Ed25519PublicKey& key, ByteView bytes,
                                  const LedgerHead& covered, const std::string& path);

}  // namespace velum
