#pragma once
// What a query asks of the audit log, for all handlers that search it.

#include <optional>
#include <string>

#include "audit/audit_log.h"
#include "http/message.h"

namespace velum {

// The filters by their names (audit/filter_text.h), each as often as it is there.
Result<AuditFilter> audit_filter_of(const HttpRequest& request);
// The saved query that is to be run, by its name.
Result<std::optional<std::string>> saved_query_named(const HttpRequest& request);

// The page that `limit` and `next` ask for; its filter is empty.
Result<AuditSearch> audit_page_of(const HttpRequest& request);

// `next` as JSON: what it was of a page, for the one that follows.
std::string audit_next_json(const AuditPage& page);

}  // namespace velum
