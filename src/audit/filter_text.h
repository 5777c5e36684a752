#pragma once
// How an AuditFilter is written, in a query and on a command line.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "audit/filter.h"
#include "base/result.h"

namespace velum {

inline constexpr std::array<std::string_view, 9> audit_filter_names{
    "application", "action", "actor", "entity", "id", "grant", "outcome", "from", "to"};

// Adds what `value` says to the filter of that name, which is one of the above: values with commas
// between them, or a moment. Fails with invalid_argument, whose subject is the name, if it can
// never let an entry by, and if the filter becomes too long.
Result<void> add_to_filter(AuditFilter& filter, std::string_view name, std::string_view value);

// Does it have the filter of that name, which is one of the above? And all that it has, by name.
bool has_filter(const AuditFilter& filter, std::string_view name);
std::vector<std::string> filters_in(const AuditFilter& filter);

// What both let by. Fails with invalid_argument, whose subject is the name, if both have the same
// filter, since its values mean any of them, and as check_filter_times() does.
Result<AuditFilter> both_of(AuditFilter one, AuditFilter other);

// The filter of that name as it was added, an empty list if there is none. Not of a time.
const AuditFilter::AnyOf& values_of(const AuditFilter& filter, std::string_view name);

// Once all of it was added: a time that ends before it begins is a mistake.
Result<void> check_filter_times(const AuditFilter& filter);

}  // namespace velum
