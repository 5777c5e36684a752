#pragma once
// Looks through a write-ahead log before SQLite recovers it. SQLite takes the first frame that does
// not verify for the end: after a crash it is, and what is behind it was never acknowledged. But a
// bit that flipped in the middle would silently take every commit behind it.
//
//   log    = magic u32 | version u32 | page size u32 | count u32 | salts u64 | sum u64   frame*
//   frame  = page u32 | commit u32 | salts u64 | sum u64 | content[4096]
//   sum    : goes on from the sum before, over the first 8 bytes of the header and the content
//   commit : the database's pages after a commit, in its last frame; 0 in the others
//
// Every commit is synced before the next begins, so a crash leaves parts of one commit at most:
// what shows that two were written behind the point where the log breaks off is damage, and so is a
// frame that is whole but for its header. What it cannot tell from a crash: see
// docs/data-format.md.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "io/file.h"

namespace velum {

struct CheckedLog {
  std::uint64_t size_bytes = 0;     // Up to the end of the last commit.
  std::vector<std::uint64_t> sums;  // Of the pages up to there: see log_sums.h.
};

// Fails with corrupt, naming `path`, if the log was damaged. `database_pages` are those that the
// database has in its own file.
Result<CheckedLog> check_log(const File& log, const std::string& path,
                             std::uint64_t database_pages);

}  // namespace velum
