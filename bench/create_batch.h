#pragma once

#include "storage/store.h"

namespace velum::bench {

// The writes of one create, as profile/document_write.cc hands them to the Store, with random bytes
// of the same sizes where it has envelopes, wraps, digests and an audit entry.
WriteBatch create_batch(const RecordKey& key, Instant now, Random& random);

}  // namespace velum::bench
