#pragma once
// velum export: all that an account has of one entity, as JSON Lines on standard output. Masked,
// unless the operator gives a reason: then each record is in the audit log before its line is out.

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "cli/command_line.h"
#include "server/export_page.h"

namespace velum {

// One page: from a data directory that this process has opened, or from a server.
using PageSource = std::function<Result<ExportedPage>(const ExportRequest& request)>;

// How many lines were written.
Result<std::uint64_t> export_lines(const ExportCommand& command, const PageSource& page_of);

}  // namespace velum
