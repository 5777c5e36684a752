#pragma once
// A store's schemas as they are kept, and what their revisions mean for a masked rendition.
//
// A rendition has the masks of one revision. Until it is made again it is shown as that one and the
// current one allow, so what became PII is hidden at once, from class M alone: see ADR 11.

#include "base/result.h"
#include "base/sensitive.h"
#include "io/task.h"
#include "profile/account.h"
#include "storage/store.h"

namespace velum {

// Takes in every revision that `store` has. corrupt: one of them is no schema, or one is missing.
Task<Result<void>> load_schemas(Store& store, const Account& account);

// The schema whose masks a version's rendition has; nullptr if that is `current`.
const Schema* masked_under(const Account& account, const Schema& current,
                           const VersionRow& version);

// All but `current` whose masks the version has had since it was written: who has read it may send
// any of them back, also with the version's ETag.
std::vector<const Schema*> masked_under_before(const Account& account, const Schema& current,
                                               const VersionRow& version);

// `rendition`, which was not made under `current`, as it may be shown.
Result<WipedText> mask_stale(const Account& account, const Schema& current,
                             const VersionRow& version, const Sensitive& rendition);

}  // namespace velum
