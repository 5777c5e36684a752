#include "audit/filter_text.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/ids.h"

namespace velum {
namespace {

constexpr std::size_t values_max = 20;
constexpr std::size_t value_size_max = 200;

// Of these every value of the member is one.
std::vector<std::string_view> known_values(std::string_view name) {
  if (name == "application") return {application_names.begin(), application_names.end()};
  if (name == "outcome") return {"done", "refused", "failed", "begun"};
  std::vector<std::string_view> known;
  for (const EntityId entity : all_entities) {
    if (name == "entity") known.push_back(entity_name(entity));
  }
  return known;
}

template <typename Filter>
auto& values_in(Filter& filter, std::string_view name) {
  if (name == "application") return filter.applications;
  if (name == "action") return filter.actions;
  if (name == "actor") return filter.actors;
  if (name == "entity") return filter.entities;
  if (name == "id") return filter.ids;
  if (name == "grant") return filter.grants;
  VELUM_CHECK(name == "outcome");
  return filter.outcomes;
}

Result<void> check_value(std::string_view name, std::string_view value) {
  const std::vector<std::string_view> known = known_values(name);
  const bool can_be = known.empty() || std::any_of(known.begin(), known.end(), [value](auto one) {
                        return one.starts_with(value);
                      });
  if (!can_be) {
    return Error(ErrorCode::invalid_argument, "no entry can have this", std::string(name));
  }
  if (value.size() > value_size_max) {
    return Error(ErrorCode::invalid_argument, "a filter's value has at most 200 bytes",
                 std::string(name));
  }
  return {};
}

}  // namespace

Result<void> add_to_filter(AuditFilter& filter, std::string_view name, std::string_view value) {
  if (name == "from" || name == "to") {
    const auto moment = parse_iso_instant(value);
    if (!moment) {
      return Error(ErrorCode::invalid_argument,
                   "send a date, or a time with its offset, as ISO 8601 has it", std::string(name));
    }
    (name == "from" ? filter.from : filter.to) = *moment;
    return {};
  }
  AuditFilter::AnyOf& values = values_in(filter, name);
  for (std::size_t begin = 0; begin <= value.size();) {
    const std::size_t end = std::min(value.find(',', begin), value.size());
    std::string one(value.substr(begin, end - begin));
    begin = end + 1;
    if (one.empty()) continue;
    TRY(check_value(name, one));
    if (values.size() == values_max) {
      return Error(ErrorCode::invalid_argument, "a filter has at most 20 values",
                   std::string(name));
    }
    // Ids are written in small letters.
    if (name == "id" || name == "grant") {
      std::transform(one.begin(), one.end(), one.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
      });
    }
    values.push_back(std::move(one));
  }
  return {};
}

const AuditFilter::AnyOf& values_of(const AuditFilter& filter, std::string_view name) {
  return values_in(filter, name);
}

bool has_filter(const AuditFilter& filter, std::string_view name) {
  if (name == "from") return filter.from.has_value();
  if (name == "to") return filter.to.has_value();
  return !values_of(filter, name).empty();
}

std::vector<std::string> filters_in(const AuditFilter& filter) {
  std::vector<std::string> names;
  for (const std::string_view name : audit_filter_names) {
    if (has_filter(filter, name)) names.emplace_back(name);
  }
  return names;
}

Result<AuditFilter> both_of(AuditFilter one, AuditFilter other) {
  for (const std::string_view name : audit_filter_names) {
    if (!has_filter(other, name)) continue;
    if (has_filter(one, name)) {
      return Error(ErrorCode::invalid_argument, "the saved query has this filter itself",
                   std::string(name));
    }
    if (name == "from") {
      one.from = other.from;
    } else if (name == "to") {
      one.to = other.to;
    } else {
      values_in(one, name) = std::move(values_in(other, name));
    }
  }
  TRY(check_filter_times(one));
  return one;
}

Result<void> check_filter_times(const AuditFilter& filter) {
  if (!filter.from || !filter.to || *filter.from < *filter.to) return {};
  return Error(ErrorCode::invalid_argument, "it must end after it begins", "to");
}

}  // namespace velum
