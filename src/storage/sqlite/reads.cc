#include "storage/sqlite/reads.h"

namespace velum {
namespace {

Error malformed() {
  return {ErrorCode::corrupt, "a row of the database is malformed"};
}

// All rows of `statement`, each made by `make`.
template <typename Row, typename Make>
Result<std::vector<Row>> collect(Statement& statement, const Make& make) {
  std::vector<Row> rows;
  while (true) {
    TRY_ASSIGN(const bool more, statement.step());
    if (!more) return rows;
    rows.push_back(make(statement));
    if (statement.malformed()) return malformed();
  }
}

Query read_query(const ReadRequest& request) {
  if (request.rendition == Rendition::masked) {
    return request.version ? Query::read_version_masked : Query::read_masked;
  }
  return request.version ? Query::read_version_full : Query::read_full;
}

}  // namespace

Result<RecordRow> read_record(SqliteConnection& connection, const ReadRequest& request) {
  TRY_ASSIGN(sqlite3_stmt* const prepared, connection.prepare(read_query(request)));
  Statement statement(prepared);
  statement.bind(request.key.account)
      .bind(request.key.subject)
      .bind(request.key.record)
      .bind(request.now);
  if (request.version) statement.bind(*request.version);
  TRY_ASSIGN(const bool found, statement.step());
  if (!found) return Error(ErrorCode::not_found, "there is no such record");

  RecordRow row;
  row.key = request.key;
  row.head = {static_cast<EntityId>(statement.number(0)), statement.id<VersionId>(1),
              statement.instant(2), statement.optional_instant(3)};
  row.version.version = statement.id<VersionId>(4);
  row.version.author = statement.id<PrincipalId>(5);
  row.version.written_at = statement.instant(6);
  row.version.schema_revision = static_cast<std::uint32_t>(statement.number(7));
  row.keys.epoch = static_cast<std::uint64_t>(statement.number(8));
  row.keys.masked = statement.bytes(10);
  if (request.rendition == Rendition::masked) {
    row.version.masked = statement.bytes(9);
  } else {
    row.version.full = statement.bytes(9);
    row.keys.full = statement.bytes(11);
  }
  if (statement.malformed()) return malformed();
  return row;
}

Result<std::vector<VersionInfo>> list_versions(SqliteConnection& connection, const RecordKey& key,
                                               const std::optional<VersionId>& before,
                                               std::uint32_t limit) {
  const Query query = before ? Query::list_versions_before : Query::list_versions;
  TRY_ASSIGN(sqlite3_stmt* const prepared, connection.prepare(query));
  Statement statement(prepared);
  statement.bind(key.account).bind(key.subject).bind(key.record).bind(std::int64_t{limit});
  if (before) statement.bind(*before);
  const auto make = [](Statement& row) {
    return VersionInfo{row.id<VersionId>(0), row.id<PrincipalId>(1), row.instant(2)};
  };
  return collect<VersionInfo>(statement, make);
}

Result<std::vector<RecordKey>> find_records(SqliteConnection& connection, AccountId account,
                                            LookupField field, ByteView digest, Instant now) {
  TRY_ASSIGN(sqlite3_stmt* const prepared, connection.prepare(Query::find));
  Statement statement(prepared);
  statement.bind(account).bind(static_cast<std::int64_t>(field)).bind(digest).bind(now);
  const auto make = [account](Statement& row) {
    return RecordKey{account, row.id<Token>(0), row.id<RecordId>(1)};
  };
  return collect<RecordKey>(statement, make);
}

Result<std::vector<AccountRow>> list_accounts(SqliteConnection& connection) {
  TRY_ASSIGN(sqlite3_stmt* const prepared, connection.prepare(Query::list_accounts));
  Statement statement(prepared);
  const auto make = [](Statement& row) {
    return AccountRow{row.account(0), row.text(1),  row.text(2),  row.text(3),
                      row.bytes(4),   row.bytes(5), row.bytes(6), row.bytes(7)};
  };
  return collect<AccountRow>(statement, make);
}

Result<std::vector<AppKeyRow>> list_app_keys(SqliteConnection& connection) {
  TRY_ASSIGN(sqlite3_stmt* const prepared, connection.prepare(Query::list_app_keys));
  Statement statement(prepared);
  const auto make = [](Statement& row) {
    return AppKeyRow{row.account(0), row.id<PrincipalId>(1), row.text(2), row.bytes(3), row.text(4),
                     row.text(5)};
  };
  return collect<AppKeyRow>(statement, make);
}

Result<std::vector<OutboxRow>> list_outbox(SqliteConnection& connection, std::uint32_t limit) {
  TRY_ASSIGN(sqlite3_stmt* const prepared, connection.prepare(Query::list_outbox));
  Statement statement(prepared);
  statement.bind(std::int64_t{limit});
  const auto make = [](Statement& row) {
    return OutboxRow{row.account(0), row.id<EntryId>(1), row.bytes(2)};
  };
  return collect<OutboxRow>(statement, make);
}

}  // namespace velum
