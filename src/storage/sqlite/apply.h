#pragma once
// Applies one operation of a batch. Fails with the operation's own error, or storage_unavailable.

#include "storage/sqlite/connection.h"
#include "storage/store.h"

namespace velum {

Result<void> apply_operation(SqliteConnection& connection, const WriteOperation& operation);

}  // namespace velum
