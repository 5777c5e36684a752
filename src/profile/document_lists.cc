// Reading and revealing many records at once: what hangs on a profile, and the prospects.

#include <utility>

#include "profile/document_engine.h"
#include "profile/document_places.h"

namespace velum {

Task<Result<std::vector<RecordRow>>> DocumentEngine::parts(const Caller& caller,
                                                           const RecordKey& owner,
                                                           Rendition rendition) {
  const SubjectRecords all{owner.account, owner.subject, caller.entity()};
  CO_TRY_ASSIGN(RecordList list, co_await store_.records(all, rendition, clock_.now(), parts_max));
  if (list.subject.entity != EntityId::profile) co_return no_such_record();
  co_return std::move(list.rows);
}

Task<Result<std::vector<DocumentView>>> DocumentEngine::list_masked(Caller caller,
                                                                    RecordKey owner) {
  CO_TRY_ASSIGN(const std::vector<RecordRow> rows,
                co_await parts(caller, owner, Rendition::masked));
  co_return show_masked(caller, rows);
}

Result<std::vector<DocumentView>> DocumentEngine::show_masked(
    const Caller& caller, const std::vector<RecordRow>& rows) const {
  const Instant now = clock_.now();
  std::vector<DocumentView> views;
  views.reserve(rows.size());
  for (const RecordRow& row : rows) {
    TRY_ASSIGN(const MaskedOpener opener, opener_of(*caller.account, row));
    TRY_ASSIGN(DocumentView view, open_masked(*caller.account, row, opener, now));
    views.push_back(std::move(view));
  }
  return views;
}

// All entries are durable before the first document is opened.
Task<Result<std::vector<DocumentView>>> DocumentEngine::reveal(const Caller& caller,
                                                               const std::vector<RecordRow>& rows,
                                                               const Reason& reason) {
  std::vector<DocumentView> views;
  if (rows.empty()) co_return views;
  CO_TRY(co_await take_reveals(caller, rows, Asked::current));
  std::vector<AuditEntry> entries;
  std::vector<Place> places;
  for (const RecordRow& row : rows) {
    CO_TRY_ASSIGN(Disclosure disclosure, disclosure_of(caller, row, Asked::current, reason));
    entries.push_back(std::move(disclosure.entry));
    places.push_back(disclosure.place);
  }
  CO_TRY_ASSIGN(const std::vector<UnmaskPermit> permits,
                co_await audit_.permit_unmasks(std::move(entries)));
  for (std::size_t index = 0; index < rows.size(); ++index) {
    const RecordRow& row = rows[index];
    CO_TRY_ASSIGN(Sensitive document,
                  caller.account->vault->open_full(permits[index], full_key_of(row), places[index],
                                                   row.version.full));
    CO_TRY_ASSIGN(DocumentView view, shown_full(*caller.account, row, permits[index],
                                                std::move(document), clock_.now()));
    views.push_back(std::move(view));
  }
  co_return views;
}

Task<Result<std::vector<DocumentView>>> DocumentEngine::unmask_all(Caller caller, RecordKey owner,
                                                                   Reason reason) {
  if (!caller.account->vault->can_unmask()) co_return no_key_to_unmask();
  const auto rows = co_await parts(caller, owner, Rendition::full);
  const bool is_gone = !rows && rows.error().code() == ErrorCode::not_found;
  // A subject without any is on record too, so that nobody probes unseen.
  if (is_gone || (rows && rows->empty())) {
    CO_TRY(co_await record_miss(caller, owner, Asked::current));
  }
  if (!rows) co_return rows.error();
  co_return co_await reveal(caller, *rows, reason);
}

Task<Result<DocumentEngine::ProspectRows>> DocumentEngine::prospects(const Caller& caller,
                                                                     ListPage page,
                                                                     Rendition rendition) {
  const std::uint32_t limit = std::exchange(page.limit, page.limit + 1);
  ProspectRows found;
  CO_TRY_ASSIGN(found.rows, co_await store_.prospects(page, rendition, clock_.now()));
  if (found.rows.size() > limit) {
    found.rows.pop_back();
    const RecordRow& last = found.rows.back();
    found.next = ListPlace{last.head.created_at, last.key.record};
  }
  // Who is being erased is gone already.
  std::erase_if(found.rows, [&](const RecordRow& row) {
    return ledger_.is_under_way(caller.account->id, row.key.subject);
  });
  co_return found;
}

Task<Result<DocumentPage>> DocumentEngine::list_prospects(Caller caller, ListPage page) {
  CO_TRY_ASSIGN(const ProspectRows found, co_await prospects(caller, page, Rendition::masked));
  CO_TRY_ASSIGN(std::vector<DocumentView> views, show_masked(caller, found.rows));
  co_return DocumentPage{std::move(views), found.next};
}

Task<Result<DocumentPage>> DocumentEngine::unmask_prospects(Caller caller, ListPage page,
                                                            Reason reason) {
  if (!caller.account->vault->can_unmask()) co_return no_key_to_unmask();
  CO_TRY_ASSIGN(const ProspectRows found, co_await prospects(caller, page, Rendition::full));
  if (found.rows.empty()) {
    CO_TRY(co_await record_miss(caller, std::nullopt, Asked::current));
  }
  CO_TRY_ASSIGN(std::vector<DocumentView> views, co_await reveal(caller, found.rows, reason));
  co_return DocumentPage{std::move(views), found.next};
}

}  // namespace velum
