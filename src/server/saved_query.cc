#include "server/saved_query.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "access/roles.h"
#include "audit/filter_text.h"
#include "json/json_text.h"
#include "json/value.h"
#include "server/json_body.h"

namespace velum {
namespace {

Error not_a_query(Literal message, std::string_view member) {
  return {ErrorCode::invalid_argument, message, std::string(member)};
}

bool is_time(std::string_view name) {
  return name == "from" || name == "to";
}

Result<void> add_values(AuditFilter& filter, std::string_view name, const json::Value& value) {
  static constexpr Literal otherwise =
      "a filter is a text or a list of texts, and a time is one text";
  if (value.is_string()) {
    TRY(add_to_filter(filter, name, value.text()));
  } else if (value.is_array() && !is_time(name)) {
    for (const json::Value& item : value.items()) {
      if (!item.is_string()) return not_a_query(otherwise, name);
      TRY(add_to_filter(filter, name, item.text()));
    }
  } else {
    return not_a_query(otherwise, name);
  }
  if (has_filter(filter, name)) return {};
  return not_a_query("a filter that is saved has a value", name);
}

Result<AuditFilter> filter_in(const json::Value& body) {
  static constexpr Literal otherwise =
      "filter is an object; its members are application, action, actor, entity, id, grant, "
      "outcome, from and to, and no others";
  AuditFilter filter;
  const json::Value* const members = body.find("filter");
  if (members == nullptr) return filter;
  if (!members->is_object()) return not_a_query(otherwise, "filter");
  for (const json::Member& member : members->members()) {
    const auto* const known =
        std::find(audit_filter_names.begin(), audit_filter_names.end(), member.name);
    if (known == audit_filter_names.end()) return not_a_query(otherwise, "filter");
    TRY(add_values(filter, *known, member.value));
  }
  TRY(check_filter_times(filter));
  return filter;
}

Result<std::optional<std::uint32_t>> hours_in(const json::Value& body, const AuditFilter& filter) {
  const json::Value* const hours = body.find("lastHours");
  if (hours == nullptr) return std::optional<std::uint32_t>();
  const auto number = whole_number(hours);
  if (!number || *number < 1 || *number > SavedQuery::hours_max) {
    return not_a_query("lastHours is a whole number from 1 to 87600", "lastHours");
  }
  if (filter.from || filter.to) {
    return not_a_query("a query has lastHours, or from and to", "lastHours");
  }
  return number;
}

std::string filter_json(const AuditFilter& filter) {
  std::vector<JsonMember> members;
  for (const std::string& name : filters_in(filter)) {
    if (is_time(name)) {
      members.emplace_back(name, json_string(to_text(name == "from" ? *filter.from : *filter.to)));
      continue;
    }
    std::vector<std::string> values;
    for (const std::string& value : values_of(filter, name)) values.push_back(json_string(value));
    members.emplace_back(name, json_array(values));
  }
  return json_object(members);
}

}  // namespace

bool is_query_name(std::string_view text) {
  return is_role_key(text);
}

Result<SavedQuery> saved_query_of(std::string_view body) {
  static constexpr std::string_view known[] = {"filter", "lastHours"};
  TRY_ASSIGN(const json::Document document, object_of(body, known));
  SavedQuery query;
  TRY_ASSIGN(query.filter, filter_in(document.root()));
  TRY_ASSIGN(query.last_hours, hours_in(document.root(), query.filter));
  if (!query.last_hours && filters_in(query.filter).empty()) {
    return not_a_query("a query has a filter, or lastHours", "filter");
  }
  if (saved_query_json(query).size() > SavedQuery::size_max_bytes) {
    return not_a_query("a saved query has at most 4 KiB", "filter");
  }
  return query;
}

std::string saved_query_json(const SavedQuery& query) {
  std::string hours;
  if (query.last_hours) hours = std::to_string(*query.last_hours);
  return json_object({{"filter", filter_json(query.filter)}, {"lastHours", hours}});
}

AuditFilter filter_at(const SavedQuery& query, Instant now) {
  AuditFilter filter = query.filter;
  if (query.last_hours) filter.from = now - std::chrono::hours(*query.last_hours);
  return filter;
}

}  // namespace velum
