#pragma once
// Small conversions that the engine's files share: rows to places and to what is shown.

#include <utility>

#include "base/result.h"
#include "crypto/envelope.h"
#include "profile/document_engine.h"
#include "profile/retention.h"
#include "profile/schema_revisions.h"

namespace velum {

// Unknown, malformed, expired, deleted, erased and another store's: telling them apart would
// confirm that a person was here.
inline Error no_such_record() {
  return Error(ErrorCode::not_found, "there is no such record");
}

inline Error no_key_to_unmask() {
  return Error(ErrorCode::sealed, "this process was given no key that can unmask");
}

// Of a document's JSON text as it is stored.
inline constexpr std::size_t document_size_max_bytes = std::size_t{256} << 10;

inline Result<void> check_size(std::string_view document) {
  if (document.size() <= document_size_max_bytes) return {};
  return Error(ErrorCode::too_large, "a document has at most 256 KiB");
}

inline std::optional<Instant> expiry(Instant now, std::optional<std::uint32_t> ttl_days) {
  if (!ttl_days) return std::nullopt;
  return now + std::chrono::days(*ttl_days);
}

inline Place place_of(const Account& account, const RecordKey& key, EntityId entity) {
  Place place;
  place.region = account.region;
  place.account = account.id;
  place.entity = entity;
  place.token = key.subject;
  place.record = key.record;
  return place;
}

// Of the version that was read: what was a prospect then stays sealed as one.
inline Place place_of(const Account& account, const RecordRow& row) {
  Place place = place_of(account, row.key, row.version.entity);
  place.version = row.version.version;
  place.schema_revision = row.version.schema_revision;
  return place;
}

// Of its masked rendition, which may have been made again under another schema.
inline Place masked_place_of(const Account& account, const RecordRow& row) {
  Place place = place_of(account, row);
  place.schema_revision = row.version.masked_revision;
  return place;
}

// Whether the row is what the caller asked for: an id of another entity is none.
inline bool is_asked_for(const Caller& caller, const RecordRow& row) {
  const bool hangs_right =
      belonging_of(row.head.entity) == Belonging::itself || row.subject.entity == EntityId::profile;
  return row.head.entity == caller.entity() && hangs_right;
}

inline Result<RecordRow> asked_for(const Caller& caller, Result<RecordRow> row) {
  if (row && !is_asked_for(caller, *row)) return no_such_record();
  return row;
}

inline DocumentMeta meta_of(const RecordRow& row) {
  const bool is_only = belonging_of(row.head.entity) == Belonging::one_a_profile;
  return {is_only ? RecordId(row.key.subject.uuid()) : row.key.record,
          row.version.version,
          row.version.author,
          row.head.created_at,
          row.version.written_at,
          row.head.expires_at};
}

inline VersionRow new_version(const Caller& caller, const Schema& schema, Instant now,
                              Random& random) {
  return {VersionId::random(random),
          caller.decision.principal.id,
          now,
          schema.revision(),
          {},
          {},
          schema.revision(),
          schema.entity()};
}

inline KeyWrap full_key_of(const RecordRow& row) {
  return {row.keys.full, row.keys.made_as};
}
inline KeyWrap masked_key_of(const RecordRow& row) {
  return {row.keys.masked, row.keys.made_as};
}

inline WrappedRecordKeys keys_of(const RecordRow& row) {
  return {row.keys.full, row.keys.masked, row.keys.epoch, row.keys.made_as};
}

// The version takes its envelopes, and the write's entry says which version and which bytes.
inline void put_sealed(SealedRenditions sealed, VersionRow& version, AuditEntry& entry) {
  entry.version = version.version;
  entry.envelope_hash = sha256(sealed.full);
  version.full = std::move(sealed.full);
  version.masked = std::move(sealed.masked);
}

inline Result<MaskedOpener> opener_of(const Account& account, const RecordRow& row) {
  return account.vault->masked_opener(masked_key_of(row), masked_place_of(account, row),
                                      row.version.masked);
}

// The one way from a masked rendition to what is shown of it.
inline Result<DocumentView> open_masked(const Account& account, const RecordRow& row,
                                        const MaskedOpener& opener, Instant now) {
  TRY_ASSIGN(Sensitive document,
             account.vault->open_masked(opener, masked_place_of(account, row), row.version.masked));
  const Schema& schema = account.schema_of(row.version.entity);
  WipedText shown;
  if (row.version.masked_revision == schema.revision()) {
    shown = std::move(document).take();
  } else {
    TRY_ASSIGN(shown, mask_stale(account, schema, row.version, document));
  }
  TRY_ASSIGN(shown, without_expired(account, row.version, now, std::move(shown)));
  return DocumentView{meta_of(row), std::move(shown)};
}

// The same of a full one, which `permit` has opened: no more than what its entry names.
Result<DocumentView> shown_full(const Account& account, const RecordRow& row,
                                const UnmaskPermit& permit, Sensitive document, Instant now);

}  // namespace velum
