#include <algorithm>
#include <utility>

#include "profile/document_engine.h"
#include "profile/document_merge.h"
#include "profile/document_places.h"
#include "profile/imported_record.h"
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

// A body that may become a record: it has passed every check that needs no store.
struct NewDocument {
  json::Document document;  // Holds the memory of `root`.
  json::Value root;
  std::vector<LookupValue> values;
  WipedText full;
};

Result<NewDocument> read_new_document(const Account& account, const Schema& schema,
                                      const RecordKey& key, std::string_view body) {
  const EntityId entity = schema.entity();
  TRY_ASSIGN(json::Document document, json::Document::parse(body));
  const json::Value sent = without_owner(document.root(), entity, document.arena());
  TRY(schema.without_masks(account.mask_style, sent, nullptr, document.arena()));
  TRY(schema.validate(sent));
  TRY_ASSIGN(std::vector<LookupValue> values, schema.lookup_values(sent));
  const json::Value root = with_owner(sent, entity, key.subject, document.arena());
  WipedText full;
  json::write(root, full);
  TRY(check_size(view(full)));
  return NewDocument{std::move(document), root, std::move(values), std::move(full)};
}

// What a merge patch makes of nothing: it has no null members.
Result<WipedText> patched_nothing(std::string_view patch) {
  TRY_ASSIGN(json::Document sent, json::Document::parse(patch));
  WipedText document;
  json::write(json::merge_patch(json::Arena::null(), sent.root(), sent.arena()), document);
  return document;
}

}  // namespace

Result<void> DocumentEngine::check(const Account& account, EntityId entity, std::string_view body) {
  TRY(read_new_document(account, account.schema_of(entity), RecordKey(), body));
  return {};
}

Task<Result<void>> DocumentEngine::require_profile(RecordKey owner) {
  CO_TRY_ASSIGN(const RecordRow row,
                co_await store_.read(owner, std::nullopt, Rendition::masked, clock_.now()));
  if (row.head.entity != EntityId::profile) co_return no_such_record();
  co_return Result<void>();
}

RecordKey DocumentEngine::new_key(const Caller& caller, const std::optional<RecordKey>& owner,
                                  std::string_view source_key) {
  if (!owner) return own_record(caller.account->id, Token::random(random_));
  if (belonging_of(caller.entity()) == Belonging::one_a_profile) {
    return only_part_of(*owner, caller.entity());
  }
  if (!source_key.empty()) {
    return {owner->account, owner->subject, imported_record(caller, owner->subject, source_key)};
  }
  return {owner->account, owner->subject, RecordId::random(random_)};
}

Result<DocumentEngine::NewRecord> DocumentEngine::make_record(const Caller& caller, RecordKey key,
                                                              std::string_view body,
                                                              const WriteOptions& options) const {
  const Account& account = *caller.account;
  const Schema& schema = caller.schema();
  TRY_ASSIGN(NewDocument sent, read_new_document(account, schema, key, body));
  const Instant now = clock_.now();
  RecordRow row;
  row.key = key;
  row.head = {caller.entity(), now,
              expiry(now, options.ttl_days ? options.ttl_days : schema.document_ttl_days())};
  row.version = new_version(caller, schema, now, random_);

  WipedText masked;
  schema.mask_document(account.mask_style, sent.root, masked);
  TRY_ASSIGN(WrappedRecordKeys keys,
             account.vault->make_record_keys(place_of(account, key, caller.entity())));
  TRY_ASSIGN(SealedRenditions sealed,
             account.vault->seal(keys, place_of(account, row), view(sent.full), view(masked)));

  AuditEntry entry = entry_for(caller, write_action("Create", caller.entity()), key);
  put_sealed(std::move(sealed), row.version, entry);
  row.keys = {keys.epoch, keys.made_as, std::move(keys.full), std::move(keys.masked)};
  return NewRecord{std::move(row), std::move(entry), std::move(sent.values), std::move(sent.full)};
}

void DocumentEngine::insert(const Caller& caller, RecordRow row,
                            const std::vector<LookupValue>& values, WriteBatch& batch) const {
  const Instant passed = clock_.passed();
  for (Lookup& lookup : lookups_of(caller, values, row.head.expires_at)) {
    batch.emplace_back(ClaimLookup{row.key, std::move(lookup), passed});
  }
  batch.emplace_back(InsertRecord{std::move(row)});
}

Task<Result<DocumentView>> DocumentEngine::create_new(const Caller& caller,
                                                      std::optional<RecordKey> owner,
                                                      std::string_view body, WriteOptions options,
                                                      const RequestDigests* request) {
  CO_TRY_ASSIGN(NewRecord made,
                make_record(caller, new_key(caller, owner, options.source_key), body, options));
  const DocumentMeta meta = meta_of(made.row);
  const Instant now = made.row.head.created_at;
  const Instant passed = clock_.passed();
  WriteBatch batch;
  // The only one of its kind may be there. Before the claim, which would go with it.
  if (owner) batch.emplace_back(DropExpired{made.row.key, passed});
  // Before the rest, so that the same request at the same moment is told from a person who is there
  // already.
  if (request != nullptr) batch.emplace_back(claim_of(caller, *request, made.row, passed));
  if (owner) {
    batch.emplace_back(RequireSubject{owner->account, owner->subject, EntityId::profile, now});
    batch.emplace_back(
        RequireRoom{{owner->account, owner->subject, caller.entity()}, parts_max, now});
  }
  insert(caller, std::move(made.row), made.values, batch);
  batch.emplace_back(outbox_of(made.entry));
  if (request != nullptr) {
    batch.emplace_back(SweepIdempotencyKeys{caller.account->id, passed, swept_with_a_write});
  }
  CO_TRY(co_await store_.commit(std::move(batch)));
  co_return DocumentView{meta, std::move(made.full)};
}

Task<Result<DocumentView>> DocumentEngine::patch(Caller caller, RecordKey key,
                                                 std::string_view body, WriteOptions options) {
  const bool is_made = belonging_of(caller.entity()) == Belonging::one_a_profile;
  for (int attempt = 1;; ++attempt) {
    Result<DocumentView> result = co_await patch_once(caller, key, body, options);
    bool lost_race = !result && result.error().code() == ErrorCode::version_mismatch;
    if (is_made && !result && result.error().code() == ErrorCode::not_found) {
      result = co_await create_missing(caller, key, body, options);
      lost_race = !result && result.error().code() == ErrorCode::already_exists;
      if (lost_race) CO_TRY(co_await refuse_in_doubt(key));
    }
    if (!lost_race || options.if_match) co_return result;
    if (attempt == patch_attempts) {
      co_return Error(ErrorCode::conflict, "others kept writing to this record: try again");
    }
  }
}

Task<Result<void>> DocumentEngine::refuse_in_doubt(RecordKey key) {
  const Instant passed = clock_.passed();
  const auto row = co_await store_.read(key, std::nullopt, Rendition::masked, passed);
  const bool in_doubt = row && row->head.expires_at && *row->head.expires_at <= clock_.now();
  if (!in_doubt) co_return Result<void>();
  co_return Error(ErrorCode::conflict,
                  "the clock that says it has expired is in doubt: try again later");
}

Task<Result<DocumentView>> DocumentEngine::create_missing(const Caller& caller, RecordKey key,
                                                          std::string_view body,
                                                          WriteOptions options) {
  const RecordKey owner = own_record(key.account, key.subject);
  // As in patch_once(): before the body is looked at.
  CO_TRY(co_await require_profile(owner));
  if (options.if_match || options.if_absent == IfAbsent::refuse) {
    co_return Error(ErrorCode::version_mismatch, "If-Match, and there is none yet");
  }
  CO_TRY_ASSIGN(const WipedText document, patched_nothing(body));
  co_return co_await create_new(caller, owner, view(document), options, nullptr);
}

Task<Result<DocumentView>> DocumentEngine::patch_once(const Caller& caller, RecordKey key,
                                                      std::string_view body, WriteOptions options) {
  const Account& account = *caller.account;
  const Instant now = clock_.now();
  // Before the body is looked at: a bad one must not tell who is missing from who is being erased.
  auto found = co_await store_.read(key, std::nullopt, Rendition::full, now);
  CO_TRY_ASSIGN(RecordRow row, asked_for(caller, std::move(found)));
  CO_TRY_ASSIGN(json::Document sent, json::Document::parse(body));
  const Schema& schema = caller.schema();
  const json::Value patch = without_owner(sent.root(), caller.entity(), sent.arena());
  CO_TRY(schema.validate_patch(patch));
  const VersionId expected = row.version.version;
  if (options.if_match && *options.if_match != expected) {
    co_return Error(ErrorCode::version_mismatch, "If-Match names another version");
  }

  AuditEntry entry = entry_for(caller, write_action("Update", caller.entity()), key);
  const InternalUsePermit permit = audit_.permit_internal_use(InternalUse::merge, entry);
  CO_TRY_ASSIGN(const InternalDocument current,
                account.vault->open_internally(permit, full_key_of(row), place_of(account, row),
                                               row.version.full));
  const Ticks age = age_of(row.version, now);
  const Ticks sure_age = age_of(row.version, clock_.passed());
  CO_TRY(DocumentMerge::refuse_in_doubt(schema, current, age, sure_age));
  CO_TRY_ASSIGN(MergedDocument merged,
                DocumentMerge::apply({schema, account.mask_style, key.subject,
                                      masked_under(account, schema, row.version),
                                      masked_under_before(account, schema, row.version), age},
                                     current, patch));

  CO_TRY(check_size(view(merged.full)));

  if (options.ttl_days) row.head.expires_at = expiry(now, options.ttl_days);
  row.version = new_version(caller, schema, now, random_);
  const WrappedRecordKeys keys = keys_of(row);
  CO_TRY_ASSIGN(
      SealedRenditions sealed,
      account.vault->seal(keys, place_of(account, row), view(merged.full), view(merged.masked)));
  put_sealed(std::move(sealed), row.version, entry);
  const DocumentMeta meta = meta_of(row);
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
      batch.emplace_back(ClaimLookup{key, std::move(lookup), clock_.passed()});
    }
  }
  batch.emplace_back(outbox_of(entry));
  CO_TRY(co_await store_.commit(std::move(batch)));
  co_return DocumentView{meta, std::move(merged.answer)};
}

Task<Result<void>> DocumentEngine::remove(Caller caller, RecordKey key,
                                          std::optional<VersionId> if_match) {
  const Instant now = clock_.now();
  auto found = co_await store_.read(key, std::nullopt, Rendition::masked, now);
  CO_TRY_ASSIGN(const RecordRow row, asked_for(caller, std::move(found)));
  if (if_match && *if_match != row.version.version) {
    co_return Error(ErrorCode::version_mismatch, "If-Match names another version");
  }
  AuditEntry entry = entry_for(caller, write_action("Delete", caller.entity()), key);
  entry.version = row.version.version;
  WriteBatch batch;
  // Again: another write may come between the check and the deletion.
  if (if_match) batch.emplace_back(RequireVersion{key, *if_match});
  const bool is_subject = belonging_of(caller.entity()) == Belonging::itself;
  // A prospect may have become a profile meanwhile: that is not what the caller may delete.
  if (is_subject) {
    batch.emplace_back(RequireSubject{key.account, key.subject, caller.entity(), now});
  }
  batch.emplace_back(DeleteRecord{key});
  if (is_subject) batch.emplace_back(DeleteSubject{key.account, key.subject});
  batch.emplace_back(outbox_of(entry));
  co_return co_await store_.commit(std::move(batch));
}

}  // namespace velum
