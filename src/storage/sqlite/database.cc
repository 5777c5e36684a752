#include "storage/sqlite/database.h"

#include <utility>

#include "storage/sqlite/sqlite_store.h"
#include "storage/sqlite/statements.h"

namespace velum {

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(FileSystem& files,
                                                             SqliteOptions options,
                                                             const Clock& clock, Random& random,
                                                             Log& log) {
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase);
  TRY_ASSIGN(database->file_, SqliteFile::open(files, std::move(options), profile_system_tables(),
                                               clock, random, log));
  return database;
}

Result<std::unique_ptr<Store>> SqliteDatabase::make_store(EventLoop& loop) {
  static_cast<void>(loop);  // Answers come back on the caller's own loop: see io/handoff.h.
  auto store = std::make_unique<SqliteStore>(*file_, stamps_);
  TRY(store->open());
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace velum
