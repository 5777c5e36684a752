#pragma once
// velum audit show: the audit log's entries on standard output, for people or as JSON Lines.

#include "base/result.h"
#include "cli/command_line.h"
#include "io/file.h"

namespace velum {

Result<void> show_audit(FileSystem& files, const AuditShowCommand& command);

}  // namespace velum
