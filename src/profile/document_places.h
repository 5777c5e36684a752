#pragma once
// Small conversions that the engine's files share: rows to places and to what is shown.

#include "base/result.h"
#include "crypto/envelope.h"
#include "profile/document_engine.h"

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

inline Place place_of(const Account& account, const RecordRow& row) {
  Place place = place_of(account, row.key, row.head.entity);
  place.version = row.version.version;
  place.schema_revision = row.version.schema_revision;
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

inline Result<MaskedOpener> opener_of(const Account& account, const RecordRow& row) {
  return account.vault->masked_opener(row.keys.masked, place_of(account, row), row.version.masked);
}

inline Result<DocumentView> open_masked(const Account& account, const RecordRow& row,
                                        const MaskedOpener& opener) {
  TRY_ASSIGN(Sensitive document,
             account.vault->open_masked(opener, place_of(account, row), row.version.masked));
  return DocumentView{meta_of(row), std::move(document).take()};
}

}  // namespace velum
