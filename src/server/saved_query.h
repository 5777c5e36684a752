#pragma once
// SavedQuery: a search of the audit log that an auditor has given a name, as it is sent, kept and
// run. Members that are not known are refused: a misspelt filter would let everything by.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/filter.h"
#include "base/clock.h"
#include "base/result.h"

namespace velum {

struct SavedQuery {
  static constexpr std::size_t size_max_bytes = 4 << 10;  // As it is kept.
  static constexpr std::uint32_t hours_max = 87'600;      // About ten years.

  AuditFilter filter = {};
  // The entries of so many hours before it is run. Then the filter has no times.
  std::optional<std::uint32_t> last_hours = {};
};

// 1 to 63 of a-z, 0-9 and -, beginning with a letter. It is in clear in the log and the database.
bool is_query_name(std::string_view text);

// {"filter": {"action": ["Get"], "actor": "..."}, "lastHours": 24}. Fails with invalid_json,
// invalid_argument or too_large.
Result<SavedQuery> saved_query_of(std::string_view body);
// What the above reads back.
std::string saved_query_json(const SavedQuery& query);

AuditFilter filter_at(const SavedQuery& query, Instant now);

}  // namespace velum
