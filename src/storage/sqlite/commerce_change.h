#pragma once
// CommerceChange: a CommerceBatch on its way through the writer.

#include <utility>

#include "storage/commerce_store.h"
#include "storage/sqlite/change.h"

namespace velum {

class CommerceChange final : public Change {
 public:
  explicit CommerceChange(CommerceBatch batch) : batch_(std::move(batch)) {}

  // Fails with the first operation's own error that fails.
  Result<void> apply(SqliteConnection& connection) override;

 private:
  const CommerceBatch batch_;
};

}  // namespace velum
