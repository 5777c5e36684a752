#pragma once
// The reads of a Store, on one connection. They block, for as long as the pages are not cached.

#include <optional>
#include <vector>

#include "storage/sqlite/connection.h"
#include "storage/store.h"

namespace velum {

struct ReadRequest {
  RecordKey key;
  std::optional<VersionId> version;
  Rendition rendition = Rendition::masked;
  Instant now;
};

Result<RecordRow> read_record(SqliteConnection& connection, const ReadRequest& request);
Result<std::vector<VersionInfo>> list_versions(SqliteConnection& connection, const RecordKey& key,
                                               const std::optional<VersionId>& before,
                                               std::uint32_t limit);
Result<std::vector<RecordKey>> find_records(SqliteConnection& connection, AccountId account,
                                            LookupField field, ByteView digest, Instant now);
Result<std::vector<AccountRow>> list_accounts(SqliteConnection& connection);
Result<std::vector<AppKeyRow>> list_app_keys(SqliteConnection& connection);
Result<std::vector<OutboxRow>> list_outbox(SqliteConnection& connection, std::uint32_t limit);

}  // namespace velum
