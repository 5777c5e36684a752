#pragma once
// SqliteFile: one database file, whatever is in it: its writer, and the connections that read it.
//
// Durability: a commit is answered after SQLite's COMMIT with synchronous=FULL. Requests that wait
// at the same moment share one transaction, each in a savepoint of its own, so that one that fails
// takes no other with it. After a failed write or sync nothing is committed until the file is
// opened again: what the disk holds is not known, and a second sync that succeeds would prove
// nothing.

#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "io/file.h"
#include "io/task.h"
#include "storage/sqlite/change.h"
#include "storage/sqlite/options.h"
#include "storage/sqlite/tables.h"

namespace velum {

class SqliteFile {
 public:
  // Opens or creates. The references outlive it, and it outlives its readers. Fails with corrupt
  // for a database of another format.
  static Result<std::unique_ptr<SqliteFile>> open(FileSystem& files, SqliteOptions options,
                                                  const SqliteTables& tables, const Clock& clock,
                                                  Random& random, Log& log);
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;
  // Finishes what was queued, checkpoints, and ends the writer.
  ~SqliteFile();

  Result<void> open_reader(SqliteConnection& connection) const;
  // Answered on the caller's own loop.
  Task<Result<void>> commit(std::unique_ptr<Change> change);
  // Makes deleted bytes unreadable in the file: checkpoints and truncates the log.
  Task<Result<void>> scrub();
  SqliteStatistics statistics() const;

  struct State;

 private:
  explicit SqliteFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace velum
