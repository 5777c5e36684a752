// Also DocumentEngine's part of it: how a new revision comes about.

#include "profile/schema_revisions.h"

#include "profile/document_engine.h"
#include "schema/schema_change.h"

namespace velum {
namespace {

// Of those that want the same revision one wins each commit.
constexpr int attempts_max = 50;
// All of them stay in memory, for every version that was made under them.
constexpr std::uint32_t revisions_max = 250;

Error no_such_revision() {
  return Error(ErrorCode::corrupt, "a revision of a schema is missing");
}

Result<void> check_rights(const Schema& before, const Schema& after, MaskStyle style,
                          SchemaRights rights) {
  if (rights.unmasking == Unmasking::refused && shows_more(before, after, style)) {
    return Error(ErrorCode::permission_denied, "masked reads would show more",
                 std::string(resource_name(Resource::unmask_item)));
  }
  if (rights.deleting == Deleting::refused && keeps_less(before, after)) {
    return Error(ErrorCode::permission_denied, "values would be kept for fewer days",
                 std::string(resource_name(Resource::delete_item)));
  }
  return {};
}

}  // namespace

Task<Result<void>> load_schemas(Store& store, const Account& account) {
  CO_TRY_ASSIGN(const std::vector<SchemaRow> rows, co_await store.schemas(account.id));
  for (const SchemaRow& row : rows) {
    auto schema = Schema::with_custom_fields(row.entity, row.revision, row.custom);
    if (!schema) co_return Error(ErrorCode::corrupt, "the database has a schema that is none");
    if (!account.schemas->book(row.entity).add(*std::move(schema))) co_return no_such_revision();
  }
  co_return Result<void>();
}

const Schema* masked_under(const Account& account, const Schema& current,
                           const VersionRow& version) {
  if (version.masked_revision == current.revision()) return nullptr;
  return account.schemas->book(version.entity).of(version.masked_revision);
}

std::vector<const Schema*> masked_under_before(const Account& account, const Schema& current,
                                               const VersionRow& version) {
  std::vector<const Schema*> schemas;
  const SchemaBook& book = account.schemas->book(version.entity);
  for (std::uint32_t revision = version.schema_revision; revision < current.revision();
       ++revision) {
    if (const Schema* schema = book.of(revision)) schemas.push_back(schema);
  }
  return schemas;
}

Result<WipedText> mask_stale(const Account& account, const Schema& current,
                             const VersionRow& version, const Sensitive& rendition) {
  const Schema* const made_under = masked_under(account, current, version);
  if (made_under == nullptr) return no_such_revision();
  const auto parsed = json::Document::parse(rendition.text());
  if (!parsed || !parsed->root().is_object()) {
    return Error(ErrorCode::corrupt, "a stored document is not JSON");
  }
  WipedText shown;
  current.mask_further(account.mask_style, *made_under, parsed->root(), shown);
  return shown;
}

Task<Result<SchemaChange>> DocumentEngine::replace_custom_fields(Caller caller,
                                                                 std::string_view body,
                                                                 SchemaRights rights) {
  const Account& account = *caller.account;
  SchemaBook& book = account.schemas->book(caller.entity());
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const Schema& before = book.current();
    const std::uint32_t revision = before.revision() + 1;
    if (revision > revisions_max) {
      co_return Error(ErrorCode::conflict, "a schema can be changed 249 times, and this one was");
    }
    CO_TRY_ASSIGN(std::shared_ptr<const Schema> schema,
                  Schema::with_custom_fields(caller.entity(), revision, body));
    if (schema->custom_fields() == before.custom_fields()) co_return SchemaChange{&before, {}};
    CO_TRY(check_clear_numbers(*schema));
    CO_TRY(check_rights(before, *schema, account.mask_style, rights));

    AuditEntry entry = entry_for(caller, "PutSchema", std::nullopt);
    entry.revision = revision;
    const auto job = JobId::random(random_);
    entry.job = job;
    WriteBatch batch;
    batch.emplace_back(
        InsertSchema{{account.id, caller.entity(), revision, std::string(schema->custom_fields()),
                      caller.decision.principal.id, entry.time}});
    batch.emplace_back(InsertJob{{account.id,
                                  job,
                                  JobKind::remask,
                                  caller.entity(),
                                  revision,
                                  JobState::in_progress,
                                  0,
                                  0,
                                  {},
                                  entry.time,
                                  entry.time}});
    batch.emplace_back(outbox_of(entry));
    const auto committed = co_await store_.commit(std::move(batch));
    if (committed) {
      VELUM_CHECK(book.add(std::move(schema)));
      co_return SchemaChange{book.of(revision), job};
    }
    if (committed.error().code() != ErrorCode::already_exists) co_return committed.error();
    // Another request has made that revision, and may not have said so yet.
    CO_TRY(co_await load_schemas(store_, account));
  }
  co_return Error(ErrorCode::conflict, "others kept changing this schema: try again");
}

Task<Result<JobRow>> DocumentEngine::job(Caller caller, std::string_view id) {
  const auto job = JobId::parse(id);
  if (!job) co_return Error(ErrorCode::not_found, "there is no such job");
  co_return co_await store_.job(caller.account->id, *job);
}

}  // namespace velum
