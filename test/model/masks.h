#pragma once
// Masks as the documents of the API have them, for plain ASCII: what is shown of a document, what a
// change that was just sent comes back as, and what masked text does that is sent back. Written
// from docs/api.md and the descriptions of the fields, not from schema/.

#include <set>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "test/model/value.h"

namespace velum::model {

std::string mask_of(const std::string& text);

// What anybody may read: every other field is personal.
struct Marks {
  EntityId entity{};
  std::set<std::string> custom = {};  // Fields that the store has declared clear.

  // `path` as "gender", "paymentData.availableAccounts[].bin".
  bool are_clear(const std::string& path) const;
};

// The document as a masked read shows it.
Value masked(const Marks& marks, const Value& document);

// `document`, in which only what was sent appears as it is.
Value masked_but(const Marks& marks, const Value& document, const Value& sent);

// The patch without the members that say what a masked read of `current` shows; masked_value for
// masked text of anything else.
Result<Value> without_masks(const Marks& marks, const Value& patch, const Value& current);

}  // namespace velum::model
