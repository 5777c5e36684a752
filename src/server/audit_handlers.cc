// The handlers of the audit log: entries, newest first, and the signed checkpoint.

#include "server/api.h"
#include "server/audit_query.h"

namespace velum {

Task<Result<HttpResponse>> Api::audit_events(const Call& call) {
  CO_TRY_ASSIGN(AuditSearch search, audit_page_of(call.request));
  CO_TRY_ASSIGN(search.filter, co_await audit_filter(call));
  CO_TRY_ASSIGN(const AuditPage page, shared_.audit.search(call.caller.account->id, search));

  HttpResponse response;
  response.status = 200;
  append(response.body, "{\"items\":[");
  for (std::size_t index = 0; index < page.entries.size(); ++index) {
    if (index > 0) response.body.push_back(',');
    append(response.body, page.entries[index]);
  }
  append(response.body, "],\"next\":");
  append(response.body, audit_next_json(page));
  response.body.push_back('}');
  co_return response;
}

Result<HttpResponse> Api::audit_checkpoint(const Call& call) const {
  TRY_ASSIGN(const std::string note, shared_.audit.checkpoint(call.caller.account->id));
  return plain(note);
}

}  // namespace velum
