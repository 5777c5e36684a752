// The handlers of saved queries, and what a search of the audit log takes of one.

#include <utility>

#include "audit/filter_text.h"
#include "json/json_text.h"
#include "server/answers.h"
#include "server/api.h"
#include "server/audit_query.h"

namespace velum {
Task<Result<HttpResponse>> Api::list_audit_queries(const Call& call) {
  CO_TRY_ASSIGN(const std::vector<NamedQuery> all, co_await queries_.list(*call.caller.account));
  std::vector<std::string> items;
  items.reserve(all.size());
  for (const NamedQuery& one : all) items.push_back(named_query_json(one));
  co_return shown(200, json_array(items));
}

Task<Result<HttpResponse>> Api::read_audit_query(const Call& call) {
  CO_TRY_ASSIGN(const Sensitive name, call.in_path(0));
  CO_TRY_ASSIGN(const NamedQuery named,
                co_await queries_.find(*call.caller.account, std::string(name.text())));
  co_return shown(200, named_query_json(named));
}

Task<Result<HttpResponse>> Api::put_audit_query(const Call& call) {
  CO_TRY_ASSIGN(const Sensitive name, call.in_path(0));
  CO_TRY_ASSIGN(SavedQuery query, saved_query_of(call.request.body));
  CO_TRY_ASSIGN(const PutQuery put,
                co_await queries_.put(call.caller, std::string(name.text()), std::move(query)));
  co_return shown(put.how == QueryPut::made ? 201 : 200, named_query_json(put.named));
}

Task<Result<HttpResponse>> Api::delete_audit_query(const Call& call) {
  CO_TRY_ASSIGN(const Sensitive name, call.in_path(0));
  CO_TRY(co_await queries_.remove(call.caller, std::string(name.text())));
  co_return no_content();
}

// A saved query's filters and the request's must all fit.
Task<Result<AuditFilter>> Api::audit_filter(const Call& call) {
  CO_TRY_ASSIGN(AuditFilter asked, audit_filter_of(call.request));
  CO_TRY_ASSIGN(std::optional<std::string> name, saved_query_named(call.request));
  if (!name) co_return asked;
  CO_TRY_ASSIGN(const NamedQuery named,
                co_await queries_.find(*call.caller.account, *std::move(name)));
  co_return both_of(filter_at(named.query, shared_.clock.now()), std::move(asked));
}

}  // namespace velum
