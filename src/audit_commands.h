#pragma once
// `velum audit records`. Part of the composition root.

#include <cstdint>

#include "base/result.h"
#include "cli/command_line.h"

namespace velum {

// Writes to standard output what the store has, for tools/verify --deep: a line that says of which
// account and as of when, the lines of server/record_hashes.h, and one that says how many. Beside a
// running server too. Returns how many.
Result<std::uint64_t> list_records(const AuditRecordsCommand& command);

}  // namespace velum
