#pragma once
// Change: what one request does to a database. Made on a loop; the writer's thread does the rest.

#include "base/result.h"
#include "storage/sqlite/connection.h"

namespace velum {

class Change {
 public:
  Change() = default;
  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;
  virtual ~Change() = default;

  // In a savepoint of its own, which is undone if this fails. storage_unavailable ends all writing.
  virtual Result<void> apply(SqliteConnection& connection) = 0;
  // The transaction is over, and nobody is answered yet. Whether it was committed is not known
  // where it failed.
  virtual void settled() {}
};

}  // namespace velum
