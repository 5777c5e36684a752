// Reading and revealing all that an account has of an entity, for an export.

#include <utility>

#include "profile/document_engine.h"
#include "profile/document_places.h"

namespace velum {

Task<Result<ScannedRecords>> DocumentEngine::scan(const Caller& caller, ScanPage page,
                                                  Rendition rendition) {
  if (!page.after) {
    AuditEntry entry = entry_for(caller, write_action("Export", caller.entity()), std::nullopt);
    CO_TRY(co_await audit_.record(std::move(entry)));
  }
  CO_TRY_ASSIGN(ScannedRecords scanned, co_await store_.scan(page, rendition, clock_.now()));
  // Who is being erased is gone already.
  std::erase_if(scanned.rows, [&](const RecordRow& row) {
    return ledger_.is_under_way(caller.account->id, row.key.subject) || !is_asked_for(caller, row);
  });
  co_return scanned;
}

Task<Result<DocumentScan>> DocumentEngine::scan_masked(Caller caller,
                                                       std::optional<RecordKey> after,
                                                       std::uint32_t limit) {
  const ScanPage page{caller.account->id, caller.entity(), after, limit};
  CO_TRY_ASSIGN(const ScannedRecords scanned, co_await scan(caller, page, Rendition::masked));
  CO_TRY_ASSIGN(std::vector<DocumentView> views, show_masked(caller, scanned.rows));
  co_return DocumentScan{std::move(views), scanned.next};
}

Task<Result<DocumentScan>> DocumentEngine::unmask_scan(Caller caller,
                                                       std::optional<RecordKey> after,
                                                       std::uint32_t limit, Reason reason) {
  if (!caller.account->vault->can_unmask()) co_return no_key_to_unmask();
  const ScanPage page{caller.account->id, caller.entity(), after, limit};
  CO_TRY_ASSIGN(const ScannedRecords scanned, co_await scan(caller, page, Rendition::full));
  CO_TRY_ASSIGN(std::vector<DocumentView> views, co_await reveal(caller, scanned.rows, reason));
  co_return DocumentScan{std::move(views), scanned.next};
}

}  // namespace velum
