#pragma once
// velum audit show and velum audit report: the audit log's entries on standard output, for people
// or as JSON Lines, and whom a breach has affected.

#include "base/result.h"
#include "cli/command_line.h"
#include "io/file.h"

namespace velum {

Result<void> show_audit(FileSystem& files, const AuditShowCommand& command);
Result<void> report_breach(FileSystem& files, const AuditReportCommand& command);

}  // namespace velum
