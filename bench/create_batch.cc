#include "create_batch.h"

namespace velum::bench {
namespace {

// What a profile with an e-mail, two names and a phone number leaves in each row.
constexpr std::size_t envelope_bytes = 203;
constexpr std::size_t wrap_bytes = 127;
constexpr std::size_t digest_bytes = 32;
constexpr std::size_t audit_entry_bytes = 620;
constexpr LookupField email{256};

Bytes random_bytes(std::size_t size, Random& random) {
  Bytes bytes(size);
  random.fill(bytes);
  return bytes;
}

}  // namespace

WriteBatch create_batch(const RecordKey& key, Instant now, Random& random) {
  VersionRow version;
  version.version = VersionId::random(random);
  version.author = PrincipalId::random(random);
  version.written_at = now;
  version.schema_revision = 1;
  version.full = random_bytes(envelope_bytes, random);
  version.masked = random_bytes(envelope_bytes, random);

  WriteBatch batch;
  batch.emplace_back(InsertRecord{{key,
                                   {EntityId::profile, now, std::nullopt},
                                   std::move(version),
                                   {1, EntityId::profile, random_bytes(wrap_bytes, random),
                                    random_bytes(wrap_bytes, random)}}});
  batch.emplace_back(ClaimLookup{
      key, {email, LookupKind::unique, random_bytes(digest_bytes, random), std::nullopt}, now});
  batch.emplace_back(InsertOutbox{{key.account, EntryId(Uuid::time_ordered(now, random)),
                                   random_bytes(audit_entry_bytes, random)}});
  return batch;
}

}  // namespace velum::bench
