#include "server/audit_query.h"

#include <algorithm>
#include <charconv>

#include "audit/filter_text.h"
#include "http/query.h"
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

Result<AuditFilter> audit_filter_of(const HttpRequest& request) {
  AuditFilter filter;
  for (const std::string_view name : audit_filter_names) {
    TRY_ASSIGN(const std::vector<Sensitive> values, QueryView(request.query).find_all(name));
    for (const Sensitive& value : values) {
      std::string text(value.text());
      // An offset's '+' is a space where it was not escaped, and no moment has a space.
      if (name == "from" || name == "to") std::replace(text.begin(), text.end(), ' ', '+');
      TRY(add_to_filter(filter, name, text));
    }
  }
  TRY(check_filter_times(filter));
  return filter;
}

Result<std::optional<std::string>> saved_query_named(const HttpRequest& request) {
  TRY_ASSIGN(const std::vector<Sensitive> names, QueryView(request.query).find_all("query"));
  if (names.empty()) return std::optional<std::string>();
  if (names.size() > 1) {
    return Error(ErrorCode::invalid_argument, "one saved query is run at a time", "query");
  }
  return std::optional<std::string>(names.front().text());
}

Result<AuditSearch> audit_page_of(const HttpRequest& request) {
  AuditSearch search;
  TRY_ASSIGN(const auto limit, number_in_query(request, "limit", events_page_max));
  search.limit = limit.value_or(events_page);
  TRY_ASSIGN(const auto cursor, QueryView(request.query).find("next"));
  TRY_ASSIGN(search.before, cursor_of(cursor));
  return search;
}

std::string audit_next_json(const AuditPage& page) {
  return page.next ? "\"" + std::to_string(*page.next) + "\"" : "null";
}

}  // namespace velum
