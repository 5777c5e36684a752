#pragma once
// The text of an audit entry's reason: sealed under the record's M key, so it opens as long as the
// record is there, and never again. No key of class P is touched.

#include "base/result.h"
#include "base/sensitive.h"
#include "io/task.h"
#include "keys/vault.h"
#include "profile/account.h"
#include "storage/store.h"

namespace velum {

// As the entry says: about which record, as what entity it was asked for, and the entry's own id.
struct SealedReason {
  RecordKey record;
  EntityId entity{};
  EntryId entry;
  Bytes envelope;
};

// Fails with not_found once the record is gone. `account` outlives the call.
Task<Result<Sensitive>> open_audit_reason(Store& store, const Account& account, SealedReason sealed,
                                          Instant now);

}  // namespace velum
