#pragma once
// ConditionCheck: holds conditions against an InternalDocument. Yes and no are all that leaves it.

#include <vector>

#include "base/result.h"
#include "keys/vault.h"
#include "schema/conditions.h"
#include "schema/schema.h"

namespace velum {

class ConditionCheck {
 public:
  // Against what `schema` still keeps of a version of that age. corrupt says that the stored
  // document is not JSON.
  static Result<std::vector<bool>> apply(const Conditions& conditions, const Schema& schema,
                                         Ticks age, const InternalDocument& document);
};

}  // namespace velum
