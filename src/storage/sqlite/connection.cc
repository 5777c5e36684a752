#include "storage/sqlite/connection.h"

#include "storage/sqlite/page_sum.h"

namespace velum {
namespace {

Error unavailable() {
  return {ErrorCode::storage_unavailable, "the store cannot be used"};
}

}  // namespace

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Query& Query::bound(int code) {
  VELUM_CHECK(code == SQLITE_OK || statement_ == nullptr);
  return *this;
}

Query& Query::bind(std::int64_t value) {
  return bound(sqlite3_bind_int64(statement_, next_++, value));
}
Query& Query::bind(ByteView value) {
  // A null pointer would bind NULL, and an empty value is not that.
  const void* data = value.empty() ? static_cast<const void*>("") : value.data();
  return bound(sqlite3_bind_blob64(statement_, next_++, data, value.size(), SQLITE_STATIC));
}
Query& Query::bind(std::string_view value) {
  return bound(sqlite3_bind_text64(statement_, next_++, value.data(), value.size(), SQLITE_STATIC,
                                   SQLITE_UTF8));
}
Query& Query::bind(std::optional<Instant> value) {
  return value ? bind(*value) : bind_null();
}
Query& Query::bind_null() {
  return bound(sqlite3_bind_null(statement_, next_++));
}

Result<bool> Query::step() {
  if (statement_ == nullptr) return unavailable();
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return unavailable();
}

Result<int> Query::run() {
  TRY(step());
  return sqlite3_changes(sqlite3_db_handle(statement_));
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

ByteView Query::view(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data == nullptr ? ByteView() : ByteView(data, size);
}

Bytes Query::bytes(int column) const {
  const ByteView content = view(column);
  return {content.begin(), content.end()};
}

std::string Query::text(int column) const {
  return std::string(as_text(view(column)));
}

std::optional<Instant> Query::optional_instant(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return instant(column);
}

SqliteConnection::~SqliteConnection() {
  for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

Result<void> SqliteConnection::open(const char* vfs, const std::string& path,
                                    const SqliteTables& tables) {
  tables_ = tables;
  statements_.resize(tables.statements_count);
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(path.c_str(), &database_, flags, vfs) != SQLITE_OK) return unavailable();
  sqlite3_busy_timeout(database_, 5000);
  // A plan is of its statement alone. Else SQLite looks at what is bound, for a partial index whose
  // condition it might fulfil, and prepares the statement again whenever that has changed: each
  // list of addresses, since they are asked for by `entity=?`.
  if (sqlite3_db_config(database_, SQLITE_DBCONFIG_ENABLE_QPSG, 1, nullptr) != SQLITE_OK) {
    return unavailable();
  }
  // Room for each page's checksum, in a database that is yet to be made.
  int reserved_bytes = page_sum_bytes;
  if (sqlite3_file_control(database_, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved_bytes) !=
      SQLITE_OK) {
    return unavailable();
  }
  // Deleted bytes are overwritten; nothing spills to a temporary file; commits are durable.
  TRY(execute("PRAGMA secure_delete=ON"));
  TRY(execute("PRAGMA temp_store=MEMORY"));
  TRY(execute("PRAGMA journal_mode=WAL"));
  TRY(execute("PRAGMA synchronous=FULL"));
  TRY(execute("PRAGMA cache_size=-16384"));
  TRY(execute("PRAGMA wal_autocheckpoint=0"));
  const auto note_pages = [](void* self, sqlite3*, const char*, int pages) {
    static_cast<SqliteConnection*>(self)->log_pages_ = static_cast<std::uint32_t>(pages);
    return SQLITE_OK;
  };
  sqlite3_wal_hook(database_, note_pages, this);
  return {};
}

Result<Checkpointed> SqliteConnection::checkpoint(CheckpointMode mode) {
  const int sqlite_mode = mode == CheckpointMode::passive   ? SQLITE_CHECKPOINT_PASSIVE
                          : mode == CheckpointMode::restart ? SQLITE_CHECKPOINT_RESTART
                                                            : SQLITE_CHECKPOINT_TRUNCATE;
  int pages = 0;
  int copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(database_, nullptr, sqlite_mode, &pages, &copied);
  if (code == SQLITE_FULL) return Error(ErrorCode::no_space, "the disk is full");
  if (code != SQLITE_OK && code != SQLITE_BUSY) return unavailable();
  const bool all = code == SQLITE_OK && pages == copied;
  // What comes next begins the log again.
  if (all && mode != CheckpointMode::passive) log_pages_ = 0;
  return all ? Checkpointed::all : Checkpointed::in_part;
}

Result<void> SqliteConnection::execute(const char* text) {
  if (sqlite3_exec(database_, text, nullptr, nullptr, nullptr) != SQLITE_OK) return unavailable();
  return {};
}

Result<std::int64_t> SqliteConnection::number(const char* text) {
  std::int64_t value = 0;
  const auto take = [](void* out, int, char** columns, char**) {
    *static_cast<std::int64_t*>(out) = std::strtoll(columns[0], nullptr, 10);
    return 0;
  };
  if (sqlite3_exec(database_, text, take, &value, nullptr) != SQLITE_OK) return unavailable();
  return value;
}

Query SqliteConnection::prepared(std::size_t statement) {
  VELUM_CHECK(statement < statements_.size());
  sqlite3_stmt*& prepared = statements_[statement];
  if (prepared == nullptr) {
    const std::string_view text = tables_.statement(statement);
    const int code = sqlite3_prepare_v3(database_, text.data(), static_cast<int>(text.size()),
                                        SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    // The schema is read as anything is, and takes memory. But for that, a failure here is a slip
    // in the text or a schema that is not ours: both are bugs.
    VELUM_CHECK(code == SQLITE_OK || code == SQLITE_IOERR || code == SQLITE_NOMEM);
  }
  return Query(prepared);
}

}  // namespace velum
