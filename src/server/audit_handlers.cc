// The handlers of the audit log: entries, newest first, and the signed checkpoint.

#include <charconv>

#include "server/api.h"

namespace velum {
namespace {

constexpr std::uint32_t events_page = 20;
constexpr std::uint32_t events_page_max = 100;

Result<std::optional<std::uint64_t>> cursor_of(const std::optional<Sensitive>& cursor) {
  if (!cursor) return std::optional<std::uint64_t>();
  std::uint64_t number = 0;
  const std::string_view text = cursor->text();
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc() || stop != end) {
    return Error(ErrorCode::invalid_argument, "this cursor did not come from here");
  }
  return std::optional<std::uint64_t>(number);
}

}  // namespace

Result<HttpResponse> Api::audit_events(const Call& call) const {
  AuditSearch search;
  TRY_ASSIGN(const auto limit, number_in_query(call.request, "limit", events_page_max));
  search.limit = limit.value_or(events_page);
  TRY_ASSIGN(const auto cursor, call.in_query("next"));
  TRY_ASSIGN(search.before, cursor_of(cursor));
  for (const auto& [name, filter] : {std::pair{"action", &search.action},
                                     {"actor", &search.actor},
                                     {"id", &search.id},
                                     {"outcome", &search.outcome}}) {
    TRY_ASSIGN(const auto text, call.in_query(name));
    if (text) *filter = text->text();
  }
  TRY_ASSIGN(const AuditPage page, shared_.audit.search(call.caller.account->id, search));

  HttpResponse response;
  response.status = 200;
  append(response.body, "{\"items\":[");
  for (std::size_t index = 0; index < page.entries.size(); ++index) {
    if (index > 0) response.body.push_back(',');
    append(response.body, page.entries[index]);
  }
  append(response.body, "],\"next\":");
  append(response.body, page.next ? "\"" + std::to_string(*page.next) + "\"" : "null");
  response.body.push_back('}');
  return response;
}

Result<HttpResponse> Api::audit_checkpoint(const Call& call) const {
  TRY_ASSIGN(const std::string note, shared_.audit.checkpoint(call.caller.account->id));
  return plain(note);
}

}  // namespace velum
