#pragma once
// SqliteDatabase: one data.db, its single writer, and the Stores that loops read and write through.
//
// Durability: a commit is answered after SQLite's COMMIT with synchronous=FULL. Requests that wait
// at the same moment share one transaction, each in a savepoint of its own, so that one that fails
// takes no other with it. After a failed write or sync nothing is committed until the database is
// opened again: what the disk holds is not known, and a second sync that succeeds would prove
// nothing.

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "io/event_loop.h"
#include "io/file.h"
#include "storage/sqlite/options.h"
#include "storage/store.h"

namespace velum {

class SqliteDatabase {
 public:
  // Opens or creates. The references outlive the database, and the database its stores.
  static Result<std::unique_ptr<SqliteDatabase>> open(FileSystem& files, SqliteOptions options,
                                                      const Clock& clock, Random& random, Log& log);
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;
  // Finishes what was queued, checkpoints, and ends the writer.
  ~SqliteDatabase();

  // A Store for one event loop. `loop` outlives it.
  Result<std::unique_ptr<Store>> make_store(EventLoop& loop);
  SqliteStatistics statistics() const;

  struct State;

 private:
  explicit SqliteDatabase(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace velum
