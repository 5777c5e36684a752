// A prospect becomes a profile. Its own record goes on: the same token, the same keys, and a
// version more, the first that is a profile's. What its document held of addresses and the like
// becomes records of their own, in the same commit.

#include <utility>

#include "profile/document_engine.h"
#include "profile/document_merge.h"
#include "profile/document_places.h"
#include "profile/prospect_conversion.h"

namespace velum {
namespace {

constexpr int convert_attempts = 20;

Caller of_entity(const Caller& caller, EntityId entity) {
  Caller other = caller;
  other.decision.entity = entity;
  return other;
}

bool was_converted(const RecordRow& row) {
  return row.head.entity == EntityId::profile && row.keys.made_as == EntityId::prospect;
}

}  // namespace

Task<Result<DocumentView>> DocumentEngine::convert(Caller caller, RecordKey key,
                                                   WriteOptions options, std::string_view consent) {
  for (int attempt = 1;; ++attempt) {
    Result<DocumentView> result = co_await convert_once(caller, key, options, consent);
    // It was changed, or another converted it, after it was read here.
    const bool lost_race = !result && result.error().code() == ErrorCode::version_mismatch;
    if (!lost_race || (options.if_match && attempt == 2)) co_return result;
    if (attempt == convert_attempts) {
      co_return Error(ErrorCode::conflict, "others kept writing to this record: try again");
    }
  }
}

Task<Result<DocumentView>> DocumentEngine::convert_once(const Caller& caller, RecordKey key,
                                                        const WriteOptions& options,
                                                        std::string_view consent) {
  const Account& account = *caller.account;
  const Caller as_profile = of_entity(caller, EntityId::profile);
  const Instant now = clock_.now();
  CO_TRY_ASSIGN(RecordRow row, co_await store_.read(key, std::nullopt, Rendition::full, now));
  // The same request again, whatever version it named, is answered as the first was.
  if (was_converted(row)) co_return co_await read_masked(as_profile, key, std::nullopt);
  if (row.head.entity != EntityId::prospect) co_return no_such_record();
  const VersionId expected = row.version.version;
  if (options.if_match && *options.if_match != expected) {
    co_return Error(ErrorCode::version_mismatch, "If-Match names another version");
  }

  AuditEntry entry = entry_for(caller, write_action("Convert", EntityId::prospect), key);
  const InternalUsePermit permit = audit_.permit_internal_use(InternalUse::merge, entry);
  CO_TRY_ASSIGN(const InternalDocument prospect,
                account.vault->open_internally(permit, full_key_of(row), place_of(account, row),
                                               row.version.full));
  const Ticks age = age_of(row.version, now);
  const Ticks sure_age = age_of(row.version, clock_.passed());
  CO_TRY(DocumentMerge::refuse_in_doubt(caller.schema(), prospect, age, sure_age));
  const Schema& schema = as_profile.schema();
  CO_TRY_ASSIGN(ConvertedProspect converted,
                ProspectConversion::apply(
                    {caller.schema(), schema, account.mask_style, parts_max, age}, prospect));

  if (!consent.empty()) {
    WipedText document;
    append(document, consent);
    converted.parts.push_back({EntityId::consent, std::move(document)});
  }
  row.head.entity = EntityId::profile;
  row.head.expires_at =
      expiry(now, options.ttl_days ? options.ttl_days : schema.document_ttl_days());
  row.version = new_version(as_profile, schema, now, random_);
  CO_TRY_ASSIGN(SealedRenditions sealed,
                account.vault->seal(keys_of(row), place_of(account, row), view(converted.full),
                                    view(converted.masked)));
  put_sealed(std::move(sealed), row.version, entry);
  const DocumentMeta meta = meta_of(row);

  WriteBatch batch;
  batch.emplace_back(ReplaceVersion{key, expected, std::move(row.version), row.head.expires_at});
  batch.emplace_back(ChangeEntity{key, EntityId::profile});
  for (const Lookup& lookup : lookups_of(caller, converted.lookups_before, std::nullopt)) {
    batch.emplace_back(ReleaseLookup{key, lookup.field, lookup.digest});
  }
  for (Lookup& lookup : lookups_of(as_profile, converted.lookups_after, row.head.expires_at)) {
    batch.emplace_back(ClaimLookup{key, std::move(lookup), clock_.passed()});
  }
  batch.emplace_back(outbox_of(entry));
  for (const ConvertedPart& part : converted.parts) {
    const Caller of_part = of_entity(caller, part.entity);
    CO_TRY_ASSIGN(NewRecord made, make_record(of_part, new_key(of_part, key, {}),
                                              view(part.document), WriteOptions()));
    insert(of_part, std::move(made.row), made.values, batch);
    batch.emplace_back(outbox_of(made.entry));
  }
  CO_TRY(co_await store_.commit(std::move(batch)));
  // Nothing was sent, so nothing is shown.
  co_return DocumentView{meta, std::move(converted.masked)};
}

}  // namespace velum
