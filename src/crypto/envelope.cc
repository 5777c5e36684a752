#include "crypto/envelope.h"

#include <array>
#include <cstring>
#include <utility>

#include "crypto/crypto.h"

namespace velum {
namespace {

constexpr std::uint8_t format_version = 1;
constexpr std::uint8_t suite = 1;  // AES-256-GCM, keys and commitment from HKDF-SHA-256.

constexpr std::size_t key_id_at = 3;
constexpr std::size_t salt_at = 11;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t nonce_at = salt_at + salt_bytes;
constexpr std::size_t commit_at = nonce_at + sizeof(Nonce);
constexpr std::size_t ciphertext_at = commit_at + sizeof(Sha256Digest);
static_assert(ciphertext_at + gcm_tag_bytes == envelope_overhead_bytes);

constexpr std::string_view info_label = "velum envelope v1";

bool is_class(std::uint8_t letter) {
  return std::string_view("PMpmSsiagwq").find(static_cast<char>(letter)) != std::string_view::npos;
}

struct MessageKeys {
  Key256 message;
  Key256 commitment;
};

MessageKeys derive(const Key256& key, ByteView salt, EnvelopeClass kind) {
  std::array<std::uint8_t, info_label.size() + 2> info{};
  std::memcpy(info.data(), info_label.data(), info_label.size());
  info[info_label.size()] = suite;
  info[info_label.size() + 1] = static_cast<std::uint8_t>(kind);
  SecretBytes<64> derived;
  hkdf_sha256(key.bytes(), salt, info, derived.mutable_bytes());
  const auto both = std::span<const std::uint8_t, 64>(derived.mutable_bytes());
  return {Key256(both.first<32>()), Key256(both.last<32>())};
}

void append_field(Bytes& out, ByteView field) {
  append_u16be(out, static_cast<std::uint16_t>(field.size()));
  append(out, field);
}

template <typename Integer, void (*Append)(Bytes&, Integer)>
void append_number(Bytes& out, Integer value) {
  append_u16be(out, sizeof(Integer));
  Append(out, value);
}

Bytes associated_data(const Place& place, EnvelopeClass kind, std::uint64_t key_id) {
  VELUM_CHECK(place.region.size() <= 0xFFFF);
  Bytes out;
  out.reserve(128);
  append_field(out, as_bytes(place.region));
  append_number<std::uint32_t, append_u32be>(out, static_cast<std::uint32_t>(place.account));
  append_number<std::uint16_t, append_u16be>(out, static_cast<std::uint16_t>(place.entity));
  append_field(out, place.token.bytes());
  append_field(out, place.record.bytes());
  append_field(out, place.version.bytes());
  append_number<std::uint32_t, append_u32be>(out, place.schema_revision);
  const auto letter = static_cast<std::uint8_t>(kind);
  append_field(out, ByteView(&letter, 1));
  append_number<std::uint64_t, append_u64be>(out, key_id);
  return out;
}

}  // namespace

Result<EnvelopeHeader> read_envelope_header(ByteView envelope) {
  if (envelope.size() < envelope_overhead_bytes || envelope[0] != format_version ||
      envelope[1] != suite || !is_class(envelope[2])) {
    return Error(ErrorCode::corrupt, "not an envelope of this format");
  }
  return EnvelopeHeader{static_cast<EnvelopeClass>(envelope[2]),
                        read_u64be(envelope.subspan(key_id_at))};
}

Bytes seal_envelope(const Key256& key, EnvelopeHeader header, const Place& place,
                    ByteView plaintext, Random& random) {
  Bytes out;
  out.reserve(envelope_overhead_bytes + plaintext.size());
  out.push_back(format_version);
  out.push_back(suite);
  out.push_back(static_cast<std::uint8_t>(header.kind));
  append_u64be(out, header.key_id);
  out.resize(commit_at);
  random.fill(std::span(out).subspan(salt_at, salt_bytes + sizeof(Nonce)));

  const MessageKeys keys = derive(key, ByteView(out).subspan(salt_at, salt_bytes), header.kind);
  append(out, keys.commitment.bytes());
  Nonce nonce;
  std::memcpy(nonce.data(), out.data() + nonce_at, nonce.size());
  out.resize(ciphertext_at + plaintext.size() + gcm_tag_bytes);
  aes256gcm_seal(keys.message, nonce, associated_data(place, header.kind, header.key_id), plaintext,
                 std::span(out).subspan(ciphertext_at));
  return out;
}

Result<Sensitive> open_envelope(const Key256& key, EnvelopeClass kind, const Place& place,
                                ByteView envelope) {
  TRY_ASSIGN(const MessageKey message, derive_message_key(key, kind, envelope));
  return open_envelope(message, place, envelope);
}

Result<MessageKey> derive_message_key(const Key256& key, EnvelopeClass kind, ByteView envelope) {
  TRY_ASSIGN(const EnvelopeHeader header, read_envelope_header(envelope));
  if (header.kind != kind) return Error(ErrorCode::corrupt, "an envelope of another class");
  MessageKeys keys = derive(key, envelope.subspan(salt_at, salt_bytes), kind);
  if (!equal_in_constant_time(keys.commitment.bytes(),
                              envelope.subspan(commit_at, sizeof(Sha256Digest)))) {
    return Error(ErrorCode::corrupt, "an envelope of another key");
  }
  return MessageKey{kind, std::move(keys.message)};
}

Result<Sensitive> open_envelope(const MessageKey& key, const Place& place, ByteView envelope) {
  TRY_ASSIGN(const EnvelopeHeader header, read_envelope_header(envelope));
  Nonce nonce;
  std::memcpy(nonce.data(), envelope.data() + nonce_at, nonce.size());
  WipedText out(envelope.size() - envelope_overhead_bytes);
  const std::span<std::uint8_t> memory(reinterpret_cast<std::uint8_t*>(out.data()), out.size());
  TRY(aes256gcm_open(key.key, nonce, associated_data(place, key.kind, header.key_id),
                     envelope.subspan(ciphertext_at), memory));
  return Sensitive(std::move(out));
}

}  // namespace velum
