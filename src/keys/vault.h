#pragma once
// Vault: the keys of one account, unsealed, and all that may be done with them.
//
// A Vault hands out no key. It seals renditions, opens masked ones, and opens class P only against
// a permit that names the very envelope. A Vault made without Root-P can do everything but that.
// Immutable after it is made; any thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/ids.h"
#include "base/random.h"
#include "base/result.h"
#include "base/sensitive.h"
#include "crypto/crypto.h"
#include "crypto/envelope.h"
#include "keys/permits.h"

namespace velum {

// A record's key, wrapped: all that a caller ever holds. It is bound to the entity that the record
// was made as, which is not its entity any more once a prospect has become a profile.
struct KeyWrap {
  ByteView bytes;
  EntityId made_as{};
};

// A record's two, as they are stored.
struct WrappedRecordKeys {
  Bytes full;
  Bytes masked;
  std::uint64_t epoch = 0;
  EntityId made_as{};

  KeyWrap full_wrap() const { return {full, made_as}; }
  KeyWrap masked_wrap() const { return {masked, made_as}; }
};

struct SealedRenditions {
  Bytes full;
  Bytes masked;
};

// What an InternalUsePermit opens. friend-only access: the document engine may merge with it, hold
// conditions against it, and make a profile of a prospect.
class InternalDocument {
 public:
  explicit InternalDocument(Sensitive text) : text_(std::move(text)) {}

 private:
  friend class DocumentMerge;
  friend class ConditionCheck;
  friend class ProspectConversion;
  std::string_view text() const { return text_.text(); }

  Sensitive text_;
};

// Opens one masked envelope, again and again, with that envelope's own key. Not more than that one.
class MaskedOpener {
 private:
  friend class Vault;
  explicit MaskedOpener(MessageKey key) : key_(std::move(key)) {}
  MessageKey key_;
};

// What a look-up digest is of. `label` names entity and field ("profile.email").
struct LookupTerm {
  std::string_view label;
  std::uint16_t normaliser_version = 0;
  std::string_view normalised_value;
};

// The store's own keys as they are kept in the database, each wrapped by a root.
struct WrappedStoreKeys {
  Bytes full;
  Bytes masked;
  Bytes index;
  Bytes signing;
};

// The numbers are in associated data.
enum class WebhookPart : std::uint8_t { secret = 1, url = 2 };

class RootKeys;  // keys/root_keys.h

class Vault {
 public:
  struct Account {
    AccountId id;
    std::string region;
  };

  // New random store keys. Needs both roots.
  static Result<WrappedStoreKeys> make_store_keys(const RootKeys& roots, const Account& account,
                                                  Random& random);
  // Fails with corrupt if a wrap does not open under these roots in this account and region.
  // Without Root-P, `wrapped.full` is left closed. `roots` and `random` outlive the vault.
  static Result<std::unique_ptr<Vault>> open(const RootKeys& roots, Account account,
                                             const WrappedStoreKeys& wrapped, Random& random);
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;
  ~Vault();

  const Account& account() const;
  bool can_unmask() const;  // Was Root-P there?
  // How often a record's key of class P was unwrapped: to reveal, to write, to work inside.
  std::uint64_t full_keys_unwrapped() const;

  // `place` below needs entity, token and record; version and schema_revision as said.

  // New keys for a new record. Fails with sealed without Root-P.
  Result<WrappedRecordKeys> make_record_keys(const Place& place) const;
  // Seals one version of a record. Place with version and schema_revision.
  Result<SealedRenditions> seal(const WrappedRecordKeys& keys, const Place& place,
                                std::string_view full, std::string_view masked) const;
  // A masked rendition alone, to be put in place of one. The place's schema_revision is the one
  // whose masks it has.
  Result<Bytes> seal_masked(KeyWrap masked_key, const Place& place, std::string_view masked) const;
  // Never touches a key of class P.
  Result<Sensitive> open_masked(KeyWrap masked_key, const Place& place, ByteView envelope) const;
  // The same in two steps, for who keeps the opener and the envelope to open it again.
  Result<MaskedOpener> masked_opener(KeyWrap masked_key, const Place& place,
                                     ByteView envelope) const;
  Result<Sensitive> open_masked(const MaskedOpener& opener, const Place& place,
                                ByteView envelope) const;
  // Fails with permission_denied, without opening, if the permit is for anything else.
  Result<Sensitive> open_full(const UnmaskPermit& permit, KeyWrap full_key, const Place& place,
                              ByteView envelope) const;
  Result<InternalDocument> open_internally(const InternalUsePermit& permit, KeyWrap full_key,
                                           const Place& place, ByteView envelope) const;

  // Audit reasons, under the record's M key: they die with the record. The place's version is the
  // audit entry's id, so that a reason cannot be moved to another entry; its schema_revision does
  // not matter.
  Result<Bytes> seal_reason(KeyWrap masked_key, const Place& place, std::string_view reason) const;
  Result<Sensitive> open_reason(KeyWrap masked_key, const Place& place, ByteView envelope) const;

  // HMAC-SHA-256(index key, label | field | normaliser version | value): see docs/data-format.md.
  Sha256Digest lookup_digest(const LookupTerm& term) const;

  // Where a webhook goes, and what signs its messages. Opens for that webhook and as that alone.
  Bytes seal_webhook(WebhookId webhook, WebhookPart part, ByteView plain) const;
  Result<Sensitive> open_webhook(WebhookId webhook, WebhookPart part, ByteView envelope) const;

  // For what somebody asks leave to unmask. Opens for that grant alone.
  Bytes seal_purpose(GrantId grant, ByteView plain) const;
  Result<Sensitive> open_purpose(GrantId grant, ByteView envelope) const;

  // A saved search of the audit log, which may say whom it looks for. Opens under its name alone.
  Bytes seal_query(std::string_view name, ByteView plain) const;
  Result<Sensitive> open_query(std::string_view name, ByteView envelope) const;

  // Signs audit checkpoints. Any thread.
  std::array<std::uint8_t, 32> audit_public_key() const;
  std::array<std::uint8_t, 64> sign_audit(ByteView message) const;

  // ES256, under a key of this account alone that comes of the P key: who could sign could come in
  // as whoever may unmask. Without it signing fails with sealed, and nothing verifies.
  Result<std::array<std::uint8_t, 64>> sign_user_token(ByteView message) const;
  bool verify_user_token(ByteView message, ByteView signature) const;

 private:
  struct State;
  explicit Vault(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace velum
