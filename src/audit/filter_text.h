#pragma once
// How an AuditFilter is written, in a query and on a command line.

#include <array>
#include <string_view>

#include "audit/filter.h"
#include "base/result.h"

namespace velum {

inline constexpr std::array<std::string_view, 9> audit_filter_names{
    "application", "action", "actor", "entity", "id", "grant", "outcome", "from", "to"};

// Adds what `value` says to the filter of that name, which is one of the above: values with commas
// between them, or a moment. Fails with invalid_argument, whose subject is the name, if it can
// never let an entry by, and if the filter becomes too long.
Result<void> add_to_filter(AuditFilter& filter, std::string_view name, std::string_view value);

// Once all of it was added: a time that ends before it begins is a mistake.
Result<void> check_filter_times(const AuditFilter& filter);

}  // namespace velum
