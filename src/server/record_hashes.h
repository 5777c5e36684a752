#pragma once
// What the store has of an account, as the audit log names it: for each version of each live record
// the hash of its envelope. Nothing is opened, and nothing of it is personal.
//
// Held against the log (tools/verify, --deep) it shows a database that was put back: a write that
// the log has and the store has not.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "profile/account.h"
#include "storage/store.h"

namespace velum {

struct RecordHashPage {
  std::string lines;  // JSON Lines: {"current", "envelopeHash", "record", "token", "version"}.
  std::string next;   // For the next page; empty if this was the last.
};

// `place` is what the page before this one said; empty for the first. Fails with invalid_argument
// for one that did not come from here.
Task<Result<RecordHashPage>> record_hash_page(Store& store, const Account& account,
                                              const Clock& clock, std::string_view place);

}  // namespace velum
