#include "server/audit_queries.h"

#include <utility>

#include "json/json_text.h"
#include "keys/vault.h"

namespace velum {
namespace {

Error no_such_query() {
  return {ErrorCode::not_found, "there is no such saved query"};
}

Result<NamedQuery> opened(const Account& account, AuditQueryRow row) {
  TRY_ASSIGN(const Sensitive text, account.vault->open_query(row.name, row.filter));
  auto query = saved_query_of(text.text());
  if (!query) return Error(ErrorCode::corrupt, "a saved query is none");
  return NamedQuery{std::move(row), *std::move(query)};
}

}  // namespace

Task<Result<std::vector<NamedQuery>>> AuditQueries::list(const Account& account) {
  CO_TRY_ASSIGN(std::vector<AuditQueryRow> rows, co_await parts_.store.audit_queries(account.id));
  std::vector<NamedQuery> all;
  for (AuditQueryRow& row : rows) {
    CO_TRY_ASSIGN(NamedQuery one, opened(account, std::move(row)));
    all.push_back(std::move(one));
  }
  co_return all;
}

Task<Result<NamedQuery>> AuditQueries::find(const Account& account, std::string name) {
  if (!is_query_name(name)) co_return no_such_query();
  auto row = co_await parts_.store.audit_query(account.id, std::move(name));
  if (!row && row.error().code() == ErrorCode::not_found) co_return no_such_query();
  if (!row) co_return row.error();
  co_return opened(account, *std::move(row));
}

Task<Result<void>> AuditQueries::commit(Caller caller, std::string_view action, std::string name,
                                        WriteOperation change) {
  AuditEntry entry =
      entry_by(caller.decision, caller.account->id, action, parts_.clock.now(), parts_.random);
  entry.target = std::move(name);
  entry.request = caller.request;
  WriteBatch batch;
  batch.push_back(std::move(change));
  batch.emplace_back(
      InsertOutbox{{entry.account, entry.id, parts_.audit.encode_for_outbox(entry)}});
  co_return co_await parts_.store.commit(std::move(batch));
}

Task<Result<PutQuery>> AuditQueries::put(Caller caller, std::string name, SavedQuery query) {
  if (!is_query_name(name)) co_return no_such_query();
  const Account& account = *caller.account;
  auto before = co_await parts_.store.audit_query(account.id, name);
  const bool is_new = !before && before.error().code() == ErrorCode::not_found;
  if (!before && !is_new) co_return before.error();
  PutQuery put{{{account.id, name, {}, caller.decision.principal.id, parts_.clock.now()}, query},
               is_new ? QueryPut::made : QueryPut::replaced};
  AuditQueryRow& row = put.named.row;
  row.filter = account.vault->seal_query(name, as_bytes(saved_query_json(query)));
  WriteOperation change = PutAuditQuery{row, count_max};
  const auto done =
      co_await commit(std::move(caller), "PutAuditQuery", std::move(name), std::move(change));
  if (done) co_return put;
  if (done.error().code() != ErrorCode::conflict) co_return done.error();
  co_return Error(ErrorCode::conflict, "an account has at most 100 saved queries");
}

Task<Result<void>> AuditQueries::remove(Caller caller, std::string name) {
  if (!is_query_name(name)) co_return no_such_query();
  WriteOperation change = DeleteAuditQuery{caller.account->id, name};
  const auto done =
      co_await commit(std::move(caller), "DeleteAuditQuery", std::move(name), std::move(change));
  if (!done && done.error().code() == ErrorCode::not_found) co_return no_such_query();
  co_return done;
}

std::string named_query_json(const NamedQuery& named) {
  // {"filter":...,"lastHours":...}
  const std::string query = saved_query_json(named.query);
  const std::string rest = json_object({{"author", json_string(named.row.author.text())},
                                        {"changedAt", json_string(to_text(named.row.changed_at))}});
  return "{\"name\":" + json_string(named.row.name) + "," + query.substr(1, query.size() - 2) +
         "," + rest.substr(1);
}

}  // namespace velum
