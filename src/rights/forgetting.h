#pragma once
// Forgetting: what is done outside the Profile System when people are erased.

#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "io/task.h"

namespace velum {

class Forgetting {
 public:
  // Of each of them nothing may be found any more by what they were. Durable when it answers. Again
  // of who was forgotten changes nothing: an erasure that was interrupted is taken up by it.
  virtual Task<Result<void>> forget(AccountId account, std::vector<Token> subjects) = 0;

  virtual ~Forgetting() = default;
};

}  // namespace velum
