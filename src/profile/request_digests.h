#pragma once
// RequestDigests: what is kept of a creation that came with an Idempotency-Key, so that the same
// request can be told from another one. HMACs under the account's index key: neither the key nor
// the body can be found out from them. docs/data-format.md has their bytes.

#include "profile/document_engine.h"

namespace velum {

struct RequestDigests {
  Bytes key;
  Bytes request;
};

// `options.idempotency_key` is not empty. The request is its entity, what it is to hang on, its
// time to live and its body, byte for byte.
RequestDigests digests_of(const Caller& caller, const std::optional<RecordKey>& owner,
                          std::string_view body, const WriteOptions& options);

// To be committed with `made`. Takes the place of what a key made that expired before `passed`.
ClaimIdempotencyKey claim_of(const Caller& caller, const RequestDigests& digests,
                             const RecordRow& made, Instant passed);

}  // namespace velum
