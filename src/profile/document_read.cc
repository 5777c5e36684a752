#include <utility>

#include "profile/document_engine.h"
#include "profile/document_places.h"

namespace velum {
namespace {

Result<Sensitive> only_fields(const Account& account, const Schema& schema,
                              const std::vector<std::string>& fields, const Sensitive& document) {
  const auto parsed = json::Document::parse(document.text());
  if (!parsed || !parsed->root().is_object()) {
    return Error(ErrorCode::corrupt, "a stored document is not JSON");
  }
  WipedText shown;
  schema.mask_all_but_fields(account.mask_style, parsed->root(), fields, shown);
  return Sensitive(std::move(shown));
}

std::string reveal_action(const Caller& caller, Asked asked) {
  const std::string& action = caller.context.action;
  return action.empty() ? unmask_action(caller.entity(), asked) : action;
}

}  // namespace

Result<DocumentView> shown_full(const Account& account, const RecordRow& row,
                                const UnmaskPermit& permit, Sensitive document, Instant now) {
  const std::vector<std::string>& fields = permit.fields();
  const bool is_whole = fields.size() == 1 && fields.front() == all_fields;
  if (!is_whole) {
    const Schema& schema = account.schema_of(row.version.entity);
    TRY_ASSIGN(document, only_fields(account, schema, fields, document));
  }
  TRY_ASSIGN(WipedText shown,
             without_expired(account, row.version, now, std::move(document).take()));
  return DocumentView{meta_of(row), std::move(shown)};
}

Task<Result<DocumentView>> DocumentEngine::read_masked(Caller caller, RecordKey key,
                                                       std::optional<VersionId> version) {
  if (cache_ != nullptr) {
    auto current = co_await read_kept(caller, key);
    // Of a version the current one is the most asked for: what an order points at changes seldom.
    if (!version || !current || current->meta.version == *version) co_return current;
  }
  const Account& account = *caller.account;
  const Instant now = clock_.now();
  auto found = co_await store_.read(key, version, Rendition::masked, now);
  CO_TRY_ASSIGN(const RecordRow row, asked_for(caller, std::move(found)));
  CO_TRY_ASSIGN(const MaskedOpener opener, opener_of(account, row));
  co_return open_masked(account, row, opener, now);
}

// The current version, from the cache or through it.
Task<Result<DocumentView>> DocumentEngine::read_kept(const Caller& caller, RecordKey key) {
  const Account& account = *caller.account;
  const Instant now = clock_.now();
  const ChangeStamp stamp = store_.change_stamp(key.account, key.subject);
  const MaskedCache::Kept* kept = cache_->find(key, stamp, now);
  if (kept != nullptr && !is_asked_for(caller, kept->row)) co_return no_such_record();
  if (kept != nullptr) co_return open_masked(account, kept->row, kept->opener, now);
  auto found = co_await store_.read(key, std::nullopt, Rendition::masked, now);
  CO_TRY_ASSIGN(RecordRow row, asked_for(caller, std::move(found)));
  CO_TRY_ASSIGN(MaskedOpener opener, opener_of(account, row));
  auto view = open_masked(account, row, opener, now);
  if (view) cache_->keep(stamp, {std::move(row), std::move(opener)});
  co_return view;
}

Result<DocumentEngine::Disclosure> DocumentEngine::disclosure_of(const Caller& caller,
                                                                 const RecordRow& row, Asked asked,
                                                                 const Reason& reason) const {
  const Account& account = *caller.account;
  AuditEntry entry = entry_for(caller, reveal_action(caller, asked), row.key);
  entry.target = caller.context.target;
  entry.version = row.version.version;
  entry.envelope_hash = sha256(row.version.full);
  entry.fields = caller.decision.fields;
  if (entry.fields.empty()) entry.fields = {std::string(all_fields)};
  entry.reason_code = reason.code;
  const Place place = place_of(account, row);
  Place reason_place = place;
  reason_place.entity = caller.entity();  // Whoever opens it has the entry, which says that.
  reason_place.version = VersionId(entry.id.uuid());
  TRY_ASSIGN(entry.reason,
             account.vault->seal_reason(masked_key_of(row), reason_place, reason.text.text()));
  return Disclosure{place, std::move(entry)};
}

Task<Result<DocumentView>> DocumentEngine::unmask(Caller caller, RecordKey key,
                                                  std::optional<VersionId> version, Reason reason) {
  const Account& account = *caller.account;
  const Asked asked = version ? Asked::version : Asked::current;
  if (!account.vault->can_unmask()) co_return no_key_to_unmask();
  auto found = co_await store_.read(key, version, Rendition::full, clock_.now());
  const auto row = asked_for(caller, std::move(found));
  if (!row) {
    if (row.error().code() == ErrorCode::not_found) {
      CO_TRY(co_await record_miss(caller, key, asked));
    }
    co_return row.error();
  }
  CO_TRY(co_await take_reveals(caller, {&*row, 1}, asked));
  CO_TRY_ASSIGN(Disclosure disclosure, disclosure_of(caller, *row, asked, reason));
  CO_TRY_ASSIGN(const UnmaskPermit permit,
                co_await audit_.permit_unmask(std::move(disclosure.entry)));
  CO_TRY_ASSIGN(Sensitive document, account.vault->open_full(permit, full_key_of(*row),
                                                             disclosure.place, row->version.full));
  co_return shown_full(account, *row, permit, std::move(document), clock_.now());
}

Task<Result<std::vector<std::optional<DocumentView>>>> DocumentEngine::unmask_each(
    std::vector<Wanted> wanted, Reason reason) {
  std::vector<std::optional<DocumentView>> views(wanted.size());
  std::vector<RecordRow> rows;
  std::vector<std::size_t> places_of_rows;
  std::vector<AuditEntry> entries;
  std::vector<Place> places;
  for (std::size_t index = 0; index < wanted.size(); ++index) {
    const auto& [caller, key, version] = wanted[index];
    if (!caller.account->vault->can_unmask()) co_return no_key_to_unmask();
    const Asked asked = version ? Asked::version : Asked::current;
    auto found = co_await store_.read(key, version, Rendition::full, clock_.now());
    auto row = asked_for(caller, std::move(found));
    if (!row && row.error().code() == ErrorCode::not_found) {
      CO_TRY(co_await record_miss(caller, key, asked));
      continue;
    }
    CO_TRY(row);
    CO_TRY(co_await take_reveals(caller, {&*row, 1}, asked));
    CO_TRY_ASSIGN(Disclosure disclosure, disclosure_of(caller, *row, asked, reason));
    entries.push_back(std::move(disclosure.entry));
    places.push_back(disclosure.place);
    rows.push_back(*std::move(row));
    places_of_rows.push_back(index);
  }
  if (rows.empty()) co_return views;
  CO_TRY_ASSIGN(const std::vector<UnmaskPermit> permits,
                co_await audit_.permit_unmasks(std::move(entries)));
  for (std::size_t index = 0; index < rows.size(); ++index) {
    const RecordRow& row = rows[index];
    const Account& account = *wanted[places_of_rows[index]].caller.account;
    CO_TRY_ASSIGN(Sensitive document, account.vault->open_full(permits[index], full_key_of(row),
                                                               places[index], row.version.full));
    CO_TRY_ASSIGN(views[places_of_rows[index]],
                  shown_full(account, row, permits[index], std::move(document), clock_.now()));
  }
  co_return views;
}

// A refusal is on record before it is told.
Task<Result<void>> DocumentEngine::take_reveals(const Caller& caller,
                                                std::span<const RecordRow> rows, Asked asked) {
  const bool is_own = caller.decision.principal.kind == PrincipalKind::shopper;
  if (reveals_ == nullptr || is_own) co_return Result<void>();
  std::vector<Token> subjects;
  for (const RecordRow& row : rows) subjects.push_back(row.key.subject);
  const auto taken = reveals_->take(caller.decision.principal.id, subjects);
  if (taken) co_return Result<void>();
  const auto about = rows.size() == 1 ? std::optional(rows.front().key) : std::nullopt;
  AuditEntry entry = entry_for(caller, reveal_action(caller, asked), about);
  entry.target = caller.context.target;
  entry.outcome = AuditOutcome::refused;
  entry.rule = "budget:" + taken.error().subject();
  CO_TRY(co_await audit_.record(std::move(entry)));
  co_return taken.error();
}

Task<Result<void>> DocumentEngine::record_miss(Caller caller, std::optional<RecordKey> key,
                                               Asked asked) {
  AuditEntry entry = entry_for(caller, reveal_action(caller, asked), key);
  entry.target = caller.context.target;
  entry.outcome = AuditOutcome::failed;
  co_return co_await audit_.record(std::move(entry));
}

Task<Result<std::vector<VersionInfo>>> DocumentEngine::versions(Caller caller, RecordKey key,
                                                                std::optional<VersionId> before,
                                                                std::uint32_t limit) {
  auto versions = co_await store_.versions(key, before, limit);
  // Asked last: a record that is there now was there with all of them, and one that is deleted
  // meanwhile is not shown as one without versions. Those of an expired record are as hidden as it.
  auto found = co_await store_.read(key, std::nullopt, Rendition::masked, clock_.now());
  CO_TRY(asked_for(caller, std::move(found)));
  co_return versions;
}

}  // namespace velum
