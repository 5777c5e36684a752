#include "keys/vault.h"

#include <atomic>
#include <map>
#include <utility>

#include "crypto/es256.h"
#include "crypto/signature.h"
#include "keys/derive.h"
#include "keys/root_keys.h"

namespace velum {
namespace {

constexpr std::size_t wrap_plain_bytes = 8 + Key256::size_bytes;  // key_id u64be | key

struct RecordKeyPlain {
  std::uint64_t key_id = 0;
  Key256 key;
};

Result<Key256> as_key(const Sensitive& text) {
  if (text.text().size() != Key256::size_bytes) {
    return Error(ErrorCode::corrupt, "a wrapped key has the wrong size");
  }
  return Key256(std::span<const std::uint8_t, 32>(as_bytes(text.text())));
}

Place place_of_store(const Vault::Account& account) {
  Place place;
  place.region = account.region;
  place.account = account.id;
  return place;
}

// A wrap belongs to the record, not to one of its versions.
Place place_of_wrap(const Vault::Account& account, const Place& place, EntityId made_as) {
  Place wrap = place;
  wrap.entity = made_as;
  wrap.region = account.region;
  wrap.account = account.id;
  wrap.version = VersionId();
  wrap.schema_revision = 0;
  return wrap;
}

// Whoever opens a reason knows its audit entry, but not which schema was in force.
Place place_of_reason(const Place& place) {
  Place reason = place;
  reason.schema_revision = 0;
  return reason;
}

Place place_of_webhook(const Vault::Account& account, WebhookId webhook, WebhookPart part) {
  Place place = place_of_store(account);
  place.record = RecordId(webhook.uuid());
  place.schema_revision = static_cast<std::uint32_t>(part);
  return place;
}

Place place_of_grant(const Vault::Account& account, GrantId grant) {
  Place place = place_of_store(account);
  place.record = RecordId(grant.uuid());
  return place;
}

// A name has no room in a place, its digest has.
Place place_of_query(const Vault::Account& account, std::string_view name) {
  const Sha256Digest digest = sha256(as_bytes(name));
  Place place = place_of_store(account);
  place.token = *Token::from_bytes(ByteView(digest).first(Uuid::size_bytes));
  place.record = *RecordId::from_bytes(ByteView(digest).last(Uuid::size_bytes));
  return place;
}

struct WrapKeys {
  std::optional<Key256> full;
  Key256 masked;
};

}  // namespace

struct Vault::State {
  Account account;
  Random& random;
  std::map<std::uint64_t, WrapKeys> wraps;  // By epoch.
  std::uint64_t current_epoch = 0;
  Key256 index;
  Key256 signing;
  std::optional<Es256Key> user_tokens;  // With the P key alone.
  Key256 webhook;
  Key256 grant;
  Key256 query;
  std::array<std::uint8_t, 32> public_key{};
  bool can_unmask = false;
  mutable std::atomic<std::uint64_t> full_keys_unwrapped{0};

  Place here(const Place& place) const {
    Place own = place;
    own.region = account.region;
    own.account = account.id;
    return own;
  }

  Bytes wrap_new_key(const Key256& wrap_key, EnvelopeClass kind, const Place& place) const {
    SecretBytes<wrap_plain_bytes> plain;
    random.fill(plain.mutable_bytes());
    return seal_envelope(wrap_key, {kind, current_epoch},
                         place_of_wrap(account, place, place.entity), plain.bytes(), random);
  }

  Result<RecordKeyPlain> unwrap(EnvelopeClass kind, const Place& place, const KeyWrap& wrap) const {
    TRY_ASSIGN(const EnvelopeHeader header, read_envelope_header(wrap.bytes));
    const auto epoch = wraps.find(header.key_id);
    // Not corrupt: the epoch was shredded, and with it the record. To the world it does not exist.
    if (epoch == wraps.end()) return Error(ErrorCode::not_found, "there is no such record");
    const bool of_full = kind == EnvelopeClass::wrap_full;
    if (of_full && !epoch->second.full) {
      return Error(ErrorCode::sealed, "this process was given no key that can unmask");
    }
    const Key256& wrap_key = of_full ? *epoch->second.full : epoch->second.masked;
    TRY_ASSIGN(
        const Sensitive plain,
        open_envelope(wrap_key, kind, place_of_wrap(account, place, wrap.made_as), wrap.bytes));
    if (of_full) ++full_keys_unwrapped;
    const ByteView bytes = as_bytes(plain.text());
    if (bytes.size() != wrap_plain_bytes) {
      return Error(ErrorCode::corrupt, "a wrapped key has the wrong size");
    }
    return RecordKeyPlain{read_u64be(bytes),
                          Key256(std::span<const std::uint8_t, 32>(bytes.subspan(8)))};
  }

  Result<Bytes> seal_under(EnvelopeClass wrap_kind, const KeyWrap& wrap, EnvelopeClass kind,
                           const Place& place, std::string_view text) const {
    TRY_ASSIGN(const RecordKeyPlain record, unwrap(wrap_kind, place, wrap));
    return seal_envelope(record.key, {kind, record.key_id}, here(place), as_bytes(text), random);
  }

  Result<Sensitive> open_under(EnvelopeClass wrap_kind, const KeyWrap& wrap, EnvelopeClass kind,
                               const Place& place, ByteView envelope) const {
    TRY_ASSIGN(const RecordKeyPlain record, unwrap(wrap_kind, place, wrap));
    return open_envelope(record.key, kind, here(place), envelope);
  }
};

Vault::Vault(std::unique_ptr<State> state) : state_(std::move(state)) {}
Vault::~Vault() = default;

Result<WrappedStoreKeys> Vault::make_store_keys(const RootKeys& roots, const Account& account,
                                                Random& random) {
  if (!roots.full) return Error(ErrorCode::sealed, "making a store needs both root keys");
  const Place place = place_of_store(account);
  const auto wrap_new = [&](const Key256& root, EnvelopeClass kind) {
    Key256 key;
    random.fill(key.mutable_bytes());
    const Key256 wrap_key = derive_key(root.bytes(), "velum store wrap v1");
    return seal_envelope(wrap_key, {kind, 0}, place, key.bytes(), random);
  };
  WrappedStoreKeys keys;
  keys.full = wrap_new(*roots.full, EnvelopeClass::store_full);
  keys.masked = wrap_new(roots.masked, EnvelopeClass::store_masked);
  keys.index = wrap_new(roots.masked, EnvelopeClass::index);
  keys.signing = wrap_new(roots.masked, EnvelopeClass::signing);
  return keys;
}

Result<std::unique_ptr<Vault>> Vault::open(const RootKeys& roots, Account account,
                                           const WrappedStoreKeys& wrapped, Random& random) {
  const Place place = place_of_store(account);
  const auto unwrap = [&place](const Key256& root, EnvelopeClass kind,
                               ByteView wrap) -> Result<Key256> {
    const Key256 wrap_key = derive_key(root.bytes(), "velum store wrap v1");
    TRY_ASSIGN(const Sensitive plain, open_envelope(wrap_key, kind, place, wrap));
    return as_key(plain);
  };
  TRY_ASSIGN(const Key256 masked,
             unwrap(roots.masked, EnvelopeClass::store_masked, wrapped.masked));
  TRY_ASSIGN(Key256 index, unwrap(roots.masked, EnvelopeClass::index, wrapped.index));
  TRY_ASSIGN(Key256 signing, unwrap(roots.masked, EnvelopeClass::signing, wrapped.signing));
  std::optional<Key256> full;
  if (roots.full) {
    TRY_ASSIGN(Key256 key, unwrap(*roots.full, EnvelopeClass::store_full, wrapped.full));
    full = std::move(key);
  }

  std::optional<Es256Key> user_tokens;
  if (full) user_tokens.emplace(derive_key(full->bytes(), "velum user tokens v1"));
  const auto public_key = ed25519_public_key(signing);
  std::unique_ptr<State> state(new State{std::move(account),
                                         random,
                                         {},
                                         roots.current_epoch,
                                         std::move(index),
                                         std::move(signing),
                                         std::move(user_tokens),
                                         derive_key(masked.bytes(), "velum webhook v1"),
                                         derive_key(masked.bytes(), "velum unmask grant v1"),
                                         derive_key(masked.bytes(), "velum audit query v1"),
                                         public_key,
                                         full.has_value()});
  for (const auto& [number, epoch] : roots.epochs) {
    WrapKeys keys{std::nullopt, derive_epoch_wrap_key(masked, epoch.masked)};
    if (full && epoch.full) keys.full = derive_epoch_wrap_key(*full, *epoch.full);
    state->wraps.emplace(number, std::move(keys));
  }
  if (!state->wraps.contains(state->current_epoch)) {
    return Error(ErrorCode::corrupt, "the current epoch has no keys");
  }
  return std::unique_ptr<Vault>(new Vault(std::move(state)));
}

const Vault::Account& Vault::account() const {
  return state_->account;
}
bool Vault::can_unmask() const {
  return state_->can_unmask;
}

std::uint64_t Vault::full_keys_unwrapped() const {
  return state_->full_keys_unwrapped;
}

Result<WrappedRecordKeys> Vault::make_record_keys(const Place& place) const {
  const WrapKeys& wraps = state_->wraps.at(state_->current_epoch);
  if (!wraps.full) return Error(ErrorCode::sealed, "this process was given no key that can write");
  WrappedRecordKeys keys;
  keys.full = state_->wrap_new_key(*wraps.full, EnvelopeClass::wrap_full, place);
  keys.masked = state_->wrap_new_key(wraps.masked, EnvelopeClass::wrap_masked, place);
  keys.epoch = state_->current_epoch;
  keys.made_as = place.entity;
  return keys;
}

Result<SealedRenditions> Vault::seal(const WrappedRecordKeys& keys, const Place& place,
                                     std::string_view full, std::string_view masked) const {
  SealedRenditions sealed;
  TRY_ASSIGN(sealed.full, state_->seal_under(EnvelopeClass::wrap_full, keys.full_wrap(),
                                             EnvelopeClass::full, place, full));
  TRY_ASSIGN(sealed.masked, seal_masked(keys.masked_wrap(), place, masked));
  return sealed;
}

Result<Bytes> Vault::seal_masked(KeyWrap masked_key, const Place& place,
                                 std::string_view masked) const {
  return state_->seal_under(EnvelopeClass::wrap_masked, masked_key, EnvelopeClass::masked, place,
                            masked);
}

Result<Sensitive> Vault::open_masked(KeyWrap masked_key, const Place& place,
                                     ByteView envelope) const {
  return state_->open_under(EnvelopeClass::wrap_masked, masked_key, EnvelopeClass::masked, place,
                            envelope);
}

Result<MaskedOpener> Vault::masked_opener(KeyWrap masked_key, const Place& place,
                                          ByteView envelope) const {
  TRY_ASSIGN(const RecordKeyPlain record,
             state_->unwrap(EnvelopeClass::wrap_masked, place, masked_key));
  TRY_ASSIGN(MessageKey key, derive_message_key(record.key, EnvelopeClass::masked, envelope));
  return MaskedOpener(std::move(key));
}

Result<Sensitive> Vault::open_masked(const MaskedOpener& opener, const Place& place,
                                     ByteView envelope) const {
  return open_envelope(opener.key_, state_->here(place), envelope);
}

Result<Sensitive> Vault::open_full(const UnmaskPermit& permit, KeyWrap full_key, const Place& place,
                                   ByteView envelope) const {
  const bool granted = permit.account() == state_->account.id && permit.record() == place.record &&
                       permit.version() == place.version &&
                       permit.envelope_hash() == sha256(envelope);
  if (!granted) return Error(ErrorCode::permission_denied, "the permit is for something else");
  return state_->open_under(EnvelopeClass::wrap_full, full_key, EnvelopeClass::full, place,
                            envelope);
}

Result<InternalDocument> Vault::open_internally(const InternalUsePermit& permit, KeyWrap full_key,
                                                const Place& place, ByteView envelope) const {
  static_cast<void>(permit);  // Having one is the proof: the write's audit entry names the use.
  TRY_ASSIGN(Sensitive text, state_->open_under(EnvelopeClass::wrap_full, full_key,
                                                EnvelopeClass::full, place, envelope));
  return InternalDocument(std::move(text));
}

// A reason is class M at a "version" that is the audit entry's id, so it opens nowhere else.
Result<Bytes> Vault::seal_reason(KeyWrap masked_key, const Place& place,
                                 std::string_view reason) const {
  return state_->seal_under(EnvelopeClass::wrap_masked, masked_key, EnvelopeClass::masked,
                            place_of_reason(place), reason);
}

Result<Sensitive> Vault::open_reason(KeyWrap masked_key, const Place& place,
                                     ByteView envelope) const {
  return open_masked(masked_key, place_of_reason(place), envelope);
}

Sha256Digest Vault::lookup_digest(const LookupTerm& term) const {
  // Lengths and numbers first, so that no two terms are the same bytes.
  VELUM_CHECK(term.label.size() <= 0xFFFF);
  Bytes head;
  append_u16be(head, static_cast<std::uint16_t>(term.label.size()));
  append(head, as_bytes(term.label));
  append_u16be(head, term.normaliser_version);
  return hmac_sha256(state_->index.bytes(), {head, as_bytes(term.normalised_value)});
}

Bytes Vault::seal_webhook(WebhookId webhook, WebhookPart part, ByteView plain) const {
  const Place place = place_of_webhook(state_->account, webhook, part);
  return seal_envelope(state_->webhook, {EnvelopeClass::webhook, 0}, place, plain, state_->random);
}

Result<Sensitive> Vault::open_webhook(WebhookId webhook, WebhookPart part,
                                      ByteView envelope) const {
  const Place place = place_of_webhook(state_->account, webhook, part);
  return open_envelope(state_->webhook, EnvelopeClass::webhook, place, envelope);
}

Bytes Vault::seal_purpose(GrantId grant, ByteView plain) const {
  const Place place = place_of_grant(state_->account, grant);
  return seal_envelope(state_->grant, {EnvelopeClass::grant, 0}, place, plain, state_->random);
}

Result<Sensitive> Vault::open_purpose(GrantId grant, ByteView envelope) const {
  const Place place = place_of_grant(state_->account, grant);
  return open_envelope(state_->grant, EnvelopeClass::grant, place, envelope);
}

Bytes Vault::seal_query(std::string_view name, ByteView plain) const {
  const Place place = place_of_query(state_->account, name);
  return seal_envelope(state_->query, {EnvelopeClass::query, 0}, place, plain, state_->random);
}

Result<Sensitive> Vault::open_query(std::string_view name, ByteView envelope) const {
  const Place place = place_of_query(state_->account, name);
  return open_envelope(state_->query, EnvelopeClass::query, place, envelope);
}

std::array<std::uint8_t, 32> Vault::audit_public_key() const {
  return state_->public_key;
}

std::array<std::uint8_t, 64> Vault::sign_audit(ByteView message) const {
  return ed25519_sign(state_->signing, message);
}

Result<std::array<std::uint8_t, 64>> Vault::sign_user_token(ByteView message) const {
  if (!state_->user_tokens) {
    return Error(ErrorCode::sealed, "this process was given no key that can sign user tokens");
  }
  return state_->user_tokens->sign(message);
}

bool Vault::verify_user_token(ByteView message, ByteView signature) const {
  return state_->user_tokens && state_->user_tokens->verify(message, signature);
}

}  // namespace velum
