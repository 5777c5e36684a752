#pragma once
// Envelope v1: how every secret byte is kept. The format is docs/data-format.md:
//
//   01 | suite | class | key_id u64be | salt[16] | nonce[12] | commit[32] | ciphertext | tag[16]
//
// The message key and the commitment come from HKDF-SHA-256(key, salt, info). The commitment makes
// an envelope open under one key only (AES-GCM alone does not commit), and is checked before
// decryption, in constant time. Every field of Place is associated data, each length-prefixed, so
// an envelope that was moved to another place does not open.

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/random.h"
#include "base/result.h"
#include "base/sensitive.h"

namespace velum {

// What an envelope holds, and so which key may open it. The letters are on disk.
enum class EnvelopeClass : std::uint8_t {
  full = 'P',          // A rendition with PII.
  masked = 'M',        // A masked rendition, or an audit reason.
  wrap_full = 'p',     // A record's P key under the store's P key and the epoch's.
  wrap_masked = 'm',   // The same for M.
  store_full = 'S',    // A store's P key under Root-P.
  store_masked = 's',  // A store's M key under Root-M.
  index = 'i',         // A store's index key under Root-M.
  signing = 'a',       // A store's audit signing seed under Root-M.
  query = 'q',         // A saved search of the audit log, under a key made of the store's M key.
  grant = 'g',         // For what somebody asks leave, under a key made of the store's M key.
  webhook = 'w',       // What signs a store's webhooks, under a key made of the store's M key.
};

// Where an envelope belongs. Fields that do not apply are left as they are here.
struct Place {
  std::string_view region;
  AccountId account = system_account;
  EntityId entity{};  // 0 for what is not a document.
  Token token;
  RecordId record;
  VersionId version;
  std::uint32_t schema_revision = 0;
};

constexpr std::size_t envelope_overhead_bytes = 1 + 1 + 1 + 8 + 16 + 12 + 32 + 16;

struct EnvelopeHeader {
  EnvelopeClass kind;
  std::uint64_t key_id;
};
// What the first bytes say, unauthenticated. Fails with corrupt unless it is a v1 envelope.
Result<EnvelopeHeader> read_envelope_header(ByteView envelope);

// tools/tidy.py lets only keys/ and tests call these: everyone else goes through keys/vault.h.
Bytes seal_envelope(const Key256& key, EnvelopeHeader header, const Place& place,
                    ByteView plaintext, Random& random);
// Fails with corrupt if key, header, place or any byte differs from what was sealed.
Result<Sensitive> open_envelope(const Key256& key, EnvelopeClass kind, const Place& place,
                                ByteView envelope);

// One envelope's own key, its commitment checked: for who opens the same one again and again, since
// deriving it is most of the cost. It opens nothing else.
struct MessageKey {
  EnvelopeClass kind;
  Key256 key;
};
Result<MessageKey> derive_message_key(const Key256& key, EnvelopeClass kind, ByteView envelope);
Result<Sensitive> open_envelope(const MessageKey& key, const Place& place, ByteView envelope);

}  // namespace velum
