#include "storage/sqlite/database.h"

#include "storage/sqlite/sqlite_store.h"
#include "storage/sqlite/vfs.h"
#include "storage/sqlite/writer.h"

namespace velum {

struct SqliteDatabase::State {
  State(FileSystem& files, const Clock& clock, Random& random, Log& log)
      : vfs(files, clock, random), writer(log) {}

  std::string path;
  Vfs vfs;
  Writer writer;
};

SqliteDatabase::SqliteDatabase(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteDatabase::~SqliteDatabase() = default;

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(FileSystem& files,
                                                             const std::string& path,
                                                             const Clock& clock, Random& random,
                                                             Log& log) {
  auto state = std::make_unique<State>(files, clock, random, log);
  state->path = path;
  TRY(state->writer.start(state->vfs.name(), path));
  return std::unique_ptr<SqliteDatabase>(new SqliteDatabase(std::move(state)));
}

Result<std::unique_ptr<Store>> SqliteDatabase::make_store(EventLoop& loop) {
  static_cast<void>(loop);  // Answers come back on the caller's own loop: see io/handoff.h.
  auto store = std::make_unique<SqliteStore>(state_->writer);
  TRY(store->open(state_->vfs.name(), state_->path));
  return std::unique_ptr<Store>(std::move(store));
}

SqliteStatistics SqliteDatabase::statistics() const {
  return {state_->writer.transactions(), state_->writer.batches()};
}

}  // namespace velum
