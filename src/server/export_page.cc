#include "server/export_page.h"

#include <utility>

#include "server/admin_api.h"
#include "server/document_json.h"
#include "server/reason.h"

namespace velum {
namespace {

constexpr std::uint32_t page_size = 100;

// "subject.record", of the last one before the page.
std::string place_text(const RecordKey& key) {
  return key.subject.text() + "." + key.record.text();
}

Result<std::optional<RecordKey>> place_of(AccountId account, std::string_view text) {
  if (text.empty()) return std::optional<RecordKey>();
  const std::size_t dot = text.find('.');
  const auto subject = Token::parse(text.substr(0, dot));
  const auto record =
      dot == std::string_view::npos ? std::nullopt : RecordId::parse(text.substr(dot + 1));
  if (!subject || !record) {
    return Error(ErrorCode::invalid_argument, "this place did not come from here");
  }
  return std::optional<RecordKey>(RecordKey{account, *subject, *record});
}

ExportedPage shown(const DocumentScan& scan) {
  ExportedPage page;
  for (const DocumentView& view : scan.views) {
    append_document(view, page.lines);
    page.lines.push_back('\n');
  }
  if (scan.next) page.next = place_text(*scan.next);
  return page;
}

}  // namespace

Task<Result<ExportedPage>> export_page(DocumentEngine& engine, const Account& account,
                                       Random& random, const ExportRequest& request) {
  CO_TRY_ASSIGN(const std::optional<RecordKey> after, place_of(account.id, request.after));
  const Resource resource = request.reason ? Resource::unmask_item : Resource::get_item;
  Caller caller = admin_caller(account, random, "velum export", resource);
  caller.decision.entity = request.entity;
  if (!request.reason) {
    CO_TRY_ASSIGN(const DocumentScan scan,
                  co_await engine.scan_masked(std::move(caller), after, page_size));
    co_return shown(scan);
  }
  CO_TRY_ASSIGN(Reason reason, reason_of(request.reason->text()));
  CO_TRY_ASSIGN(const DocumentScan scan, co_await engine.unmask_scan(std::move(caller), after,
                                                                     page_size, std::move(reason)));
  co_return shown(scan);
}

}  // namespace velum
