#include "storage/sqlite/sqlite_file.h"

#include <utility>

#include "storage/sqlite/opening.h"
#include "storage/sqlite/vfs.h"
#include "storage/sqlite/writer.h"

namespace velum {

struct SqliteFile::State {
  State(SqliteOptions given, const SqliteTables& its, FileSystem& files, const Clock& clock,
        Random& random, Log& log)
      : options(std::move(given)),
        tables(its),
        vfs(files, clock, random, log),
        writer(options, tables, log) {}

  const SqliteOptions options;
  const SqliteTables tables;
  Vfs vfs;
  Writer writer;
};

SqliteFile::SqliteFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteFile::~SqliteFile() = default;

Result<std::unique_ptr<SqliteFile>> SqliteFile::open(FileSystem& files, SqliteOptions options,
                                                     const SqliteTables& tables, const Clock& clock,
                                                     Random& random, Log& log) {
  auto state = std::make_unique<State>(std::move(options), tables, files, clock, random, log);
  TRY_ASSIGN(std::vector<std::uint64_t> sums, prepare_database(files, state->options.path));
  state->vfs.know_log(state->options.path, std::move(sums));
  TRY(state->writer.start(state->vfs.name()));
  return std::unique_ptr<SqliteFile>(new SqliteFile(std::move(state)));
}

Result<void> SqliteFile::open_reader(SqliteConnection& connection) const {
  TRY(connection.open(state_->vfs.name(), state_->options.path, state_->tables));
  return connection.execute("PRAGMA query_only=ON");
}

Task<Result<void>> SqliteFile::commit(std::unique_ptr<Change> change) {
  const auto start = [this, &change](Resolve<Result<void>> resolve) {
    state_->writer.submit({std::move(change), std::move(resolve)});
  };
  co_return co_await suspend<Result<void>>(start);
}

Task<Result<void>> SqliteFile::scrub() {
  co_return co_await commit(nullptr);
}

SqliteStatistics SqliteFile::statistics() const {
  return state_->writer.statistics();
}

}  // namespace velum
