#include "profile/request_digests.h"

namespace velum {
namespace {

constexpr std::chrono::hours kept_for{24};
constexpr std::uint16_t digest_version = 1;

Bytes digest(const Account& account, std::string_view label, std::string_view value) {
  const Sha256Digest bytes = account.vault->lookup_digest({label, digest_version, value});
  return {bytes.begin(), bytes.end()};
}

}  // namespace

RequestDigests digests_of(const Caller& caller, const std::optional<RecordKey>& owner,
                          std::string_view body, const WriteOptions& options) {
  const Account& account = *caller.account;
  std::string label("request.");
  label.append(entity_name(caller.entity())).append(".");
  if (options.ttl_days) label.append(std::to_string(*options.ttl_days));
  if (owner) label.append(".").append(owner->subject.text());
  return {digest(account, "request.key", options.idempotency_key), digest(account, label, body)};
}

ClaimIdempotencyKey claim_of(const Caller& caller, const RequestDigests& digests,
                             const RecordRow& made, Instant passed) {
  return {{caller.decision.principal.id, digests.key, digests.request, made.key,
           made.version.version, made.version.written_at + kept_for},
          passed};
}

}  // namespace velum
