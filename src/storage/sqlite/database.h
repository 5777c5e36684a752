#pragma once
// SqliteDatabase: one data.db, and the Stores that loops read and write through. How durable a
// commit is: see sqlite_file.h.

#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "io/event_loop.h"
#include "io/file.h"
#include "storage/change_stamps.h"
#include "storage/sqlite/options.h"
#include "storage/sqlite/sqlite_file.h"
#include "storage/store.h"

namespace velum {

class SqliteDatabase {
 public:
  // Opens or creates. The references outlive the database, and the database its stores.
  static Result<std::unique_ptr<SqliteDatabase>> open(FileSystem& files, SqliteOptions options,
                                                      const Clock& clock, Random& random, Log& log);
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  // A Store for one event loop. `loop` outlives it.
  Result<std::unique_ptr<Store>> make_store(EventLoop& loop);
  SqliteStatistics statistics() const { return file_->statistics(); }

 private:
  SqliteDatabase() = default;

  ChangeStamps stamps_;  // Outlives the writer, which changes them.
  std::unique_ptr<SqliteFile> file_;
};

}  // namespace velum
