// The handler of the audit log's export: all that a filter lets by, the newest first, a line each.

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "audit/filter_text.h"
#include "json/json_text.h"
#include "server/api.h"
#include "server/audit_query.h"
#include "server/problem.h"

namespace velum {
namespace {

// A bundle's worth: about 150 KiB.
constexpr std::size_t page_size = 256;

Task<void> let_others_run() {
  co_await boost::asio::post(boost::asio::use_awaitable);
}

Task<Result<void>> refuse_body(HttpExchange& exchange) {
  CO_TRY_ASSIGN(const std::string_view body, co_await exchange.read());
  if (body.empty()) co_return Result<void>();
  co_return Error(ErrorCode::invalid_argument, "this call takes no body");
}

std::string lines_of(const AuditPage& page) {
  std::string lines;
  for (const std::string& entry : page.entries) lines.append(entry).append("\n");
  return lines;
}

// What cannot be read is told in a last line: the status was sent long ago.
std::string told(const Error& error) {
  return "{\"status\":\"failed\",\"code\":" + json_string(problem_kind(error.code()).code) +
         ",\"message\":" + json_string(problem_message(error)) + "}\n";
}

}  // namespace

// Writes the pages and counts their entries. Fails with what broke it off.
Task<Result<void>> Api::write_audit_pages(const Call& call, AuditSearch search,
                                          std::uint32_t& count) {
  while (true) {
    const auto page = shared_.audit.search(call.caller.account->id, search);
    if (!page) {
      const std::string line = told(page.error());
      CO_TRY(co_await call.exchange->write(line));
      co_return page.error();
    }
    const std::string lines = lines_of(*page);
    CO_TRY(co_await call.exchange->write(lines));
    count += static_cast<std::uint32_t>(page->entries.size());
    if (!page->next) co_return Result<void>();
    search.before = page->next;
    co_await let_others_run();
    // A long export: the key may have been taken back meanwhile.
    if (!decide(call.caller, Resource::view_audit, call.route.entity).allowed) {
      const Error taken(ErrorCode::permission_denied, "this takes a resource that your roles lack");
      const std::string line = told(taken);
      CO_TRY(co_await call.exchange->write(line));
      co_return taken;
    }
  }
}

// On record before anything of it is sent, and again when it ends, with how much it was.
Task<Result<HttpResponse>> Api::audit_export(const Call& call) {
  AuditSearch search;
  search.limit = page_size;
  CO_TRY_ASSIGN(const std::optional<std::string> query, saved_query_named(call.request));
  CO_TRY_ASSIGN(search.filter, co_await audit_filter(call));
  HttpResponse head;
  head.status = 200;
  head.content_type = "application/x-ndjson";
  if (call.exchange == nullptr) co_return head;  // HEAD
  CO_TRY(co_await refuse_body(*call.exchange));

  AuditEntry entry = refusal_entry(call.caller, "ExportAuditLog");
  entry.entity.reset();
  entry.outcome = AuditOutcome::begun;
  entry.target = query.value_or("");
  entry.fields = filters_in(search.filter);
  CO_TRY(co_await shared_.audit.record(entry));

  std::uint32_t count = 0;
  auto written = co_await call.exchange->begin(head);
  if (written) written = co_await write_audit_pages(call, std::move(search), count);
  entry.time = shared_.clock.now();
  entry.id = EntryId(Uuid::time_ordered(entry.time, shared_.random));
  entry.outcome = written ? AuditOutcome::done : AuditOutcome::failed;
  entry.count = count;
  static_cast<void>((co_await shared_.audit.record(std::move(entry))).has_value());
  co_return head;
}

}  // namespace velum
