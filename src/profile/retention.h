#pragma once
// What a version's fields still show: not the values whose "retentionDays" are over, as if they had
// been removed. The current schema's days count, from when the version was written: see ADR 12.

#include "base/result.h"
#include "base/sensitive.h"
#include "profile/account.h"
#include "storage/store.h"

namespace velum {

// Of every value in it.
inline Ticks age_of(const VersionRow& version, Instant now) {
  return now - version.written_at;
}

// `rendition`, full or masked, as it may be shown at `now`. corrupt: it is not JSON.
Result<WipedText> without_expired(const Account& account, const VersionRow& version, Instant now,
                                  WipedText rendition);

}  // namespace velum
