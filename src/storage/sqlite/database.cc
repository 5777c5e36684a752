#include "storage/sqlite/database.h"

#include "storage/sqlite/opening.h"
#include "storage/sqlite/sqlite_store.h"
#include "storage/sqlite/vfs.h"
#include "storage/sqlite/writer.h"

namespace velum {

struct SqliteDatabase::State {
  State(SqliteOptions given, FileSystem& files, const Clock& clock, Random& random, Log& log)
      : options(std::move(given)), vfs(files, clock, random, log), writer(options, log) {}

  const SqliteOptions options;
  Vfs vfs;
  Writer writer;
};

SqliteDatabase::SqliteDatabase(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteDatabase::~SqliteDatabase() = default;

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::open(FileSystem& files,
                                                             SqliteOptions options,
                                                             const Clock& clock, Random& random,
                                                             Log& log) {
  auto state = std::make_unique<State>(std::move(options), files, clock, random, log);
  TRY_ASSIGN(std::vector<std::uint64_t> sums, prepare_database(files, state->options.path));
  state->vfs.know_log(state->options.path, std::move(sums));
  TRY(state->writer.start(state->vfs.name()));
  return std::unique_ptr<SqliteDatabase>(new SqliteDatabase(std::move(state)));
}

Result<std::unique_ptr<Store>> SqliteDatabase::make_store(EventLoop& loop) {
  static_cast<void>(loop);  // Answers come back on the caller's own loop: see io/handoff.h.
  auto store = std::make_unique<SqliteStore>(state_->writer);
  TRY(store->open(state_->vfs.name(), state_->options.path));
  return std::unique_ptr<Store>(std::move(store));
}

SqliteStatistics SqliteDatabase::statistics() const {
  return state_->writer.statistics();
}

}  // namespace velum
