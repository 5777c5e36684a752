#pragma once
// CommerceDatabase: one commerce.db, and the CommerceStores that loops use it through. How durable
// a commit is: see sqlite_file.h.

#include <memory>

#include "storage/commerce_store.h"
#include "storage/sqlite/sqlite_file.h"

namespace velum {

class CommerceDatabase {
 public:
  // Opens or creates. The references outlive the database, and the database its stores.
  static Result<std::unique_ptr<CommerceDatabase>> open(FileSystem& files, SqliteOptions options,
                                                        const Clock& clock, Random& random,
                                                        Log& log);

  // For one event loop.
  Result<std::unique_ptr<CommerceStore>> make_store();
  SqliteStatistics statistics() const { return file_->statistics(); }

 private:
  explicit CommerceDatabase(std::unique_ptr<SqliteFile> file) : file_(std::move(file)) {}

  std::unique_ptr<SqliteFile> file_;
};

}  // namespace velum
