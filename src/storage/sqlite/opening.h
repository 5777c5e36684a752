#pragma once
// What is looked at before SQLite opens a database, because SQLite would guess where it should
// refuse.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/file.h"

namespace velum {

// Refuses, with corrupt, a database whose pages have no checksums, a log that was damaged, and one
// without its database. Makes the log durable: a sync of it may have failed. Cuts off, durably,
// what a crash left behind the log's last commit: commits to come must not lie among older ones
// that never were. Returns the log's checksums (log_sums.h).
Result<std::vector<std::uint64_t>> prepare_database(FileSystem& files, const std::string& path);

}  // namespace velum
