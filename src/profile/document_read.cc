#include <utility>

#include "profile/document_engine.h"
#include "profile/document_places.h"

namespace velum {
namespace {

using Asked = DocumentEngine::Asked;

std::string_view unmask_action(Asked asked) {
  return asked == Asked::version ? "GetProfileVersionUnmasked" : "GetProfileUnmasked";
}

Result<DocumentView> open_masked(const Account& account, const MaskedCache::Kept& kept) {
  TRY_ASSIGN(Sensitive document,
             account.vault->open_masked(kept.opener, place_of(account, kept.row),
                                        kept.row.version.masked));
  return DocumentView{meta_of(kept.row), std::move(document).take()};
}

}  // namespace

Task<Result<DocumentView>> DocumentEngine::read_masked(Caller caller, RecordKey key,
                                                       std::optional<VersionId> version) {
  const Account& account = *caller.account;
  const bool kept_here = cache_ != nullptr && !version;
  ChangeStamp stamp{};
  if (kept_here) {
    stamp = store_.change_stamp(key.account, key.subject);
    const MaskedCache::Kept* kept = cache_->find(key, stamp, clock_.now());
    if (kept != nullptr) co_return open_masked(account, *kept);
  }
  CO_TRY_ASSIGN(RecordRow row, co_await store_.read(key, version, Rendition::masked, clock_.now()));
  CO_TRY_ASSIGN(
      MaskedOpener opener,
      account.vault->masked_opener(row.keys.masked, place_of(account, row), row.version.masked));
  MaskedCache::Kept fresh{std::move(row), std::move(opener)};
  auto view = open_masked(account, fresh);
  if (view && kept_here) cache_->keep(stamp, std::move(fresh));
  co_return view;
}

Task<Result<DocumentView>> DocumentEngine::unmask(Caller caller, RecordKey key,
                                                  std::optional<VersionId> version, Reason reason) {
  const Account& account = *caller.account;
  const Asked asked = version ? Asked::version : Asked::current;
  if (!account.vault->can_unmask()) {
    co_return Error(ErrorCode::sealed, "this process was given no key that can unmask");
  }
  const auto row = co_await store_.read(key, version, Rendition::full, clock_.now());
  if (!row) {
    if (row.error().code() == ErrorCode::not_found) {
      CO_TRY(co_await record_miss(caller, key, asked));
    }
    co_return row.error();
  }

  const Place place = place_of(account, *row);
  AuditEntry entry = entry_for(caller, unmask_action(asked), key);
  entry.version = row->version.version;
  entry.envelope_hash = sha256(row->version.full);
  entry.fields = {"*"};
  entry.reason_code = reason.code;
  Place reason_place = place;
  reason_place.version = VersionId(entry.id.uuid());
  CO_TRY_ASSIGN(entry.reason,
                account.vault->seal_reason(row->keys.masked, reason_place, reason.text.text()));

  CO_TRY_ASSIGN(const UnmaskPermit permit, co_await audit_.permit_unmask(std::move(entry)));
  CO_TRY_ASSIGN(Sensitive document,
                account.vault->open_full(permit, row->keys.full, place, row->version.full));
  co_return DocumentView{meta_of(*row), std::move(document).take()};
}

Task<Result<void>> DocumentEngine::record_miss(Caller caller, std::optional<RecordKey> key,
                                               Asked asked) {
  AuditEntry entry = entry_for(caller, unmask_action(asked), key);
  entry.outcome = AuditOutcome::failed;
  co_return co_await audit_.record(std::move(entry));
}

Task<Result<std::vector<VersionInfo>>> DocumentEngine::versions(Caller caller, RecordKey key,
                                                                std::optional<VersionId> before,
                                                                std::uint32_t limit) {
  static_cast<void>(caller);
  auto versions = co_await store_.versions(key, before, limit);
  // Asked last: a record that is there now was there with all of them, and one that is deleted
  // meanwhile is not shown as one without versions. Those of an expired record are as hidden as it.
  CO_TRY(co_await store_.read(key, std::nullopt, Rendition::masked, clock_.now()));
  co_return versions;
}

}  // namespace velum
