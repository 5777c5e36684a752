#pragma once
// BatchChange: a WriteBatch on its way through the writer.

#include "storage/change_stamps.h"
#include "storage/sqlite/change.h"
#include "storage/store.h"

namespace velum {

class BatchChange final : public Change {
 public:
  // `stamps` outlive it.
  BatchChange(WriteBatch batch, ChangeStamps& stamps) : batch_(std::move(batch)), stamps_(stamps) {}

  // Fails with the first operation's own error that fails.
  Result<void> apply(SqliteConnection& connection) override;
  void settled() override;

 private:
  const WriteBatch batch_;
  ChangeStamps& stamps_;
};

}  // namespace velum
