#include <algorithm>
#include <utility>

#include "profile/document_engine.h"
#include "profile/document_merge.h"
#include "profile/document_places.h"
#include "profile/request_digests.h"

namespace velum {
namespace {

// A write without If-Match that lost a race is tried again on the newer version. Of those that
// want the same record one wins each commit: far more than that at once are refused.
constexpr int patch_attempts = 200;
// More than the one that it adds, so that a busy store keeps up by itself.
constexpr std::uint32_t swept_with_a_write = 16;

bool holds(const std::vector<Lookup>& lookups, const Lookup& wanted) {
  return std::any_of(lookups.begin(), lookups.end(), [&wanted](const Lookup& lookup) {
    return lookup.field == wanted.field && lookup.digest == wanted.digest;
  });
}

VersionRow new_version(const Caller& caller, const Schema& schema, Instant now, Random& random) {
  return {VersionId::random(random), caller.decision.principal.id, now, schema.revision(), {}, {}};
}

// A body that may become a record: it has passed every check that needs no store.
struct NewDocument {
  json::Document document;
  std::vector<LookupValue> values;
  WipedText full;
};

Result<NewDocument> read_new_document(const Account& account, EntityId entity,
                                      std::string_view body) {
  const Schema& schema = account.schema_of(entity);
  TRY_ASSIGN(json::Document document, json::Document::parse(body));
  TRY(schema.without_masks(account.mask_style, document.root(), nullptr, document.arena()));
  TRY(schema.validate(document.root()));
  TRY_ASSIGN(std::vector<LookupValue> values, schema.lookup_values(document.root()));
  WipedText full;
  json::write(document.root(), full);
  TRY(check_size(view(full)));
  return NewDocument{std::move(document), std::move(values), std::move(full)};
}

}  // namespace

Result<void> DocumentEngine::check(const Account& account, EntityId entity, std::string_view body) {
  TRY(read_new_document(account, entity, body));
  return {};
}

Task<Result<DocumentView>> DocumentEngine::create_new(const Caller& caller, EntityId entity,
                                                      std::string_view body, WriteOptions options,
                                                      const RequestDigests* request) {
  const Account& account = *caller.account;
  const Schema& schema = account.schema_of(entity);
  CO_TRY_ASSIGN(NewDocument sent, read_new_document(account, entity, body));
  const Instant now = clock_.now();
  RecordRow row;
  row.key.account = account.id;
  row.key.subject = Token::random(random_);
  row.key.record = RecordId(row.key.subject.uuid());
  row.head = {entity, now,
              expiry(now, options.ttl_days ? options.ttl_days : schema.document_ttl_days())};
  row.version = new_version(caller, schema, now, random_);

  WipedText masked;
  schema.mask_document(account.mask_style, sent.document.root(), masked);
  const Place place = place_of(account, row);
  CO_TRY_ASSIGN(WrappedRecordKeys keys,
                account.vault->make_record_keys(place_of(account, row.key, entity)));
  CO_TRY_ASSIGN(SealedRenditions sealed,
                account.vault->seal(keys, place, view(sent.full), view(masked)));

  AuditEntry entry = entry_for(caller, "CreateProfile", row.key);
  entry.version = row.version.version;
  entry.envelope_hash = sha256(sealed.full);

  const DocumentMeta meta = meta_of(row);
  row.version.full = std::move(sealed.full);
  row.version.masked = std::move(sealed.masked);
  row.keys = {keys.epoch, std::move(keys.full), std::move(keys.masked)};
  WriteBatch batch;
  // First, so that the same request at the same moment is told from a person who is there already.
  if (request != nullptr) batch.emplace_back(claim_of(caller, *request, row));
  for (Lookup& lookup : lookups_of(caller, sent.values, row.head.expires_at)) {
    batch.emplace_back(ClaimLookup{row.key, std::move(lookup), now});
  }
  batch.emplace_back(InsertRecord{std::move(row)});
  batch.emplace_back(outbox_of(entry));
  if (request != nullptr) {
    batch.emplace_back(SweepIdempotencyKeys{account.id, now, swept_with_a_write});
  }
  CO_TRY(co_await store_.commit(std::move(batch)));
  co_return DocumentView{meta, std::move(sent.full)};
}

Task<Result<DocumentView>> DocumentEngine::patch(Caller caller, RecordKey key,
                                                 std::string_view body, WriteOptions options) {
  for (int attempt = 1;; ++attempt) {
    Result<DocumentView> result = co_await patch_once(caller, key, body, options);
    const bool lost_race = !result && result.error().code() == ErrorCode::version_mismatch;
    if (!lost_race || options.if_match) co_return result;
    if (attempt == patch_attempts) {
      co_return Error(ErrorCode::conflict, "others kept writing to this record: try again");
    }
  }
}

Task<Result<DocumentView>> DocumentEngine::patch_once(const Caller& caller, RecordKey key,
                                                      std::string_view body, WriteOptions options) {
  const Account& account = *caller.account;
  const Instant now = clock_.now();
  // Before the body is looked at: a bad one must not tell who is missing from who is being erased.
  CO_TRY_ASSIGN(RecordRow row, co_await store_.read(key, std::nullopt, Rendition::full, now));
  CO_TRY_ASSIGN(const json::Document patch, json::Document::parse(body));
  const Schema& schema = account.schema_of(row.head.entity);
  CO_TRY(schema.validate_patch(patch.root()));
  const VersionId expected = row.version.version;
  if (options.if_match && *options.if_match != expected) {
    co_return Error(ErrorCode::version_mismatch, "If-Match names another version");
  }

  AuditEntry entry = entry_for(caller, "UpdateProfile", key);
  const InternalUsePermit permit = audit_.permit_internal_use(InternalUse::merge, entry);
  CO_TRY_ASSIGN(const InternalDocument current,
                account.vault->open_internally(permit, row.keys.full, place_of(account, row),
                                               row.version.full));
  CO_TRY_ASSIGN(MergedDocument merged,
                DocumentMerge::apply(schema, account.mask_style, current, patch.root()));

  CO_TRY(check_size(view(merged.full)));

  if (options.ttl_days) row.head.expires_at = expiry(now, options.ttl_days);
  row.version = new_version(caller, schema, now, random_);
  const WrappedRecordKeys keys{row.keys.full, row.keys.masked, row.keys.epoch};
  CO_TRY_ASSIGN(
      SealedRenditions sealed,
      account.vault->seal(keys, place_of(account, row), view(merged.full), view(merged.masked)));
  entry.version = row.version.version;
  entry.envelope_hash = sha256(sealed.full);

  const DocumentMeta meta = meta_of(row);
  row.version.full = std::move(sealed.full);
  row.version.masked = std::move(sealed.masked);
  WriteBatch batch;
  batch.emplace_back(ReplaceVersion{key, expected, std::move(row.version), row.head.expires_at});
  const auto before = lookups_of(caller, merged.lookups_before, std::nullopt);
  auto after = lookups_of(caller, merged.lookups_after, row.head.expires_at);
  for (const Lookup& lookup : before) {
    if (!holds(after, lookup)) batch.emplace_back(ReleaseLookup{key, lookup.field, lookup.digest});
  }
  for (Lookup& lookup : after) {
    // A value that stays is claimed again only for a new expiry.
    if (options.ttl_days || !holds(before, lookup)) {
      batch.emplace_back(ClaimLookup{key, std::move(lookup), now});
    }
  }
  batch.emplace_back(outbox_of(entry));
  CO_TRY(co_await store_.commit(std::move(batch)));
  co_return DocumentView{meta, std::move(merged.answer)};
}

Task<Result<void>> DocumentEngine::remove(Caller caller, RecordKey key,
                                          std::optional<VersionId> if_match) {
  CO_TRY_ASSIGN(const RecordRow row,
                co_await store_.read(key, std::nullopt, Rendition::masked, clock_.now()));
  if (if_match && *if_match != row.version.version) {
    co_return Error(ErrorCode::version_mismatch, "If-Match names another version");
  }
  AuditEntry entry = entry_for(caller, "DeleteProfile", key);
  entry.version = row.version.version;
  WriteBatch batch;
  // Again: another write may come between the check and the deletion.
  if (if_match) batch.emplace_back(RequireVersion{key, *if_match});
  batch.emplace_back(DeleteRecord{key});
  batch.emplace_back(outbox_of(entry));
  co_return co_await store_.commit(std::move(batch));
}

}  // namespace velum
