#pragma once
// SqliteConnection: one SQLite connection with its prepared statements. One thread at a time.

#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "storage/sqlite/tables.h"

namespace velum {

// A statement in use: bound in order from ?1, stepped, and reset when it ends.
class Query {
 public:
  // A null statement is one that could not be prepared: its step() fails.
  explicit Query(sqlite3_stmt* statement) : statement_(statement) {}
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  // Bytes and texts must stay until the Query ends.
  Query& bind(std::int64_t value);
  Query& bind(ByteView value);
  Query& bind(std::string_view value);
  Query& bind(Instant value) { return bind(value.time_since_epoch().count()); }
  Query& bind(std::optional<Instant> value);
  Query& bind(AccountId value) { return bind(static_cast<std::int64_t>(value)); }
  template <typename Tag>
  Query& bind(const Id<Tag>& value) {
    return bind(value.bytes());
  }
  Query& bind_null();

  // True: a row. False: the end. An error is storage_unavailable.
  Result<bool> step();
  // For writes: how many rows it changed.
  Result<int> run();

  std::int64_t integer(int column) const;
  Bytes bytes(int column) const;
  std::string text(int column) const;
  Instant instant(int column) const { return Instant(Ticks(integer(column))); }
  std::optional<Instant> optional_instant(int column) const;
  template <typename IdType>
  IdType id(int column) const {
    const auto id = IdType::from_bytes(view(column));
    return id ? *id : IdType();
  }

 private:
  Query& bound(int code);
  ByteView view(int column) const;  // Until the next step.

  sqlite3_stmt* statement_;
  int next_ = 1;
};

enum class CheckpointMode : std::uint8_t { passive, restart, truncate };
enum class Checkpointed : std::uint8_t { all, in_part };

class SqliteConnection {
 public:
  SqliteConnection() = default;
  explicit SqliteConnection(sqlite3* database)
      : database_(database) {}  // Takes it over. For open().
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;
  ~SqliteConnection();

  Result<void> open(const char* vfs, const std::string& path, const SqliteTables& tables);
  // The one number that a statement gives.
  Result<std::int64_t> number(const char* text);
  Result<void> execute(const char* text);
  // By its number among those of the tables.
  template <typename Statement>
  Query query(Statement statement) {
    return prepared(static_cast<std::size_t>(statement));
  }

  // in_part: a reader or another checkpoint was in the way, for as long as the busy timeout but for
  // passive ones. Fails with no_space, or storage_unavailable.
  Result<Checkpointed> checkpoint(CheckpointMode mode);
  // Pages in the write-ahead log after this connection's last commit or checkpoint. Any thread.
  std::uint32_t log_pages() const { return log_pages_; }
  sqlite3* handle() { return database_; }

 private:
  Query prepared(std::size_t statement);

  sqlite3* database_ = nullptr;
  std::atomic<std::uint32_t> log_pages_{0};
  SqliteTables tables_;
  std::vector<sqlite3_stmt*> statements_;
};

}  // namespace velum
