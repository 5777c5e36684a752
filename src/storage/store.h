#pragma once
// Store: where sealed documents are kept. Bytes only: it knows no schema, no key and no person.
//
// One Store object serves one event loop and is not shared between threads; all Stores of one
// database share its writer. Everything is keyed by account first. A read sees every write that
// was acknowledged before it began. docs/adr/0002-store-operations.md lists each operation with its
// SQL in SQLite and PostgreSQL.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "io/task.h"
#include "storage/change_stamps.h"

namespace velum {

// Subject first, so that all records of a person are neighbours.
struct RecordKey {
  AccountId account{};
  Token subject;
  RecordId record;
};

// The record that a subject is named by.
inline RecordKey own_record(AccountId account, Token subject) {
  return {account, subject, RecordId(subject.uuid())};
}

struct RecordHead {
  EntityId entity{};
  Instant created_at;
  std::optional<Instant> expires_at;
};

struct VersionRow {
  VersionId version;
  PrincipalId author;
  Instant written_at;
  std::uint32_t schema_revision = 0;
  Bytes full;  // Envelopes. A read fills only what was asked for.
  Bytes masked;
};

// Of the record that a subject is named by. What hangs on the subject is there only while that is.
struct SubjectHead {
  EntityId entity{};
  std::optional<Instant> expires_at;
};

// Those of one entity.
struct SubjectRecords {
  AccountId account{};
  Token subject;
  EntityId entity{};
};

struct KeyRow {
  std::uint64_t epoch = 0;
  Bytes full;  // Wraps. A read fills only what was asked for.
  Bytes masked;
};

// One row holds a record, its keys and its current version, so that a read is one descent. Versions
// that are not current any more have rows of their own.
struct RecordRow {
  RecordKey key;
  RecordHead head;
  VersionRow version;
  KeyRow keys;
  SubjectHead subject{};  // Of the record itself, where that is the one. Nothing that is written.
};

// The newest first: those that are older than `before`, which need not be there any more. A page
// stays what it is while others are made.
struct ListPlace {
  Instant created_at;
  RecordId record;
};
struct ListPage {
  AccountId account{};
  std::optional<ListPlace> before;
  std::uint32_t limit = 0;
};

struct RecordList {
  SubjectHead subject;
  std::vector<RecordRow> rows;
};

enum class Rendition : std::uint8_t {
  masked,  // The masked envelope and its key's wrap. Nothing of class P is even read.
  full,    // The full envelope, and both wraps.
};

// A digest that leads to a record. `field` numbers are schema/'s; see docs/data-format.md.
enum class LookupField : std::uint16_t {};
enum class LookupKind : std::uint8_t { unique, shared };
struct Lookup {
  LookupField field{};
  LookupKind kind = LookupKind::shared;
  Bytes digest;
  std::optional<Instant> expires_at;
};

struct VersionInfo {
  VersionId version;
  PrincipalId author;
  Instant written_at;
};

struct OutboxRow {
  AccountId account{};
  EntryId id;  // Time-ordered: its first 8 bytes are the writer's clock.
  Bytes entry;
};

// What a request that came with an Idempotency-Key made, so that the same one again makes nothing.
// Digests only: neither the key nor the body.
struct IdempotencyRow {
  PrincipalId principal;
  Bytes key_digest;
  Bytes request_digest;
  RecordKey made;
  VersionId version;
  Instant expires_at;
};

struct AccountRow {
  AccountId id{};
  std::string name;
  std::string region;
  std::string settings;  // JSON: mask style and the like.
  Bytes wrapped_full, wrapped_masked, wrapped_index, wrapped_signing;
};

struct AppKeyRow {
  AccountId account{};
  PrincipalId id;
  std::string app_key;  // The public half, as sent in X-VTEX-API-AppKey.
  Bytes token_hash;     // SHA-256.
  std::string label;
  std::string role;
};

// The writes. A batch is one atomic unit; each operation names the error that fails it.
struct InsertRecord {  // already_exists
  RecordRow row;
};
// The one that was current stays readable by its id.
struct ReplaceVersion {  // version_mismatch, unless the current version is `expected`
  RecordKey key;
  VersionId expected;
  VersionRow version;
  std::optional<Instant> expires_at;
};
struct RequireVersion {  // version_mismatch, unless the current version is `expected`
  RecordKey key;
  VersionId expected;
};
// A unique one is taken over from a record whose claim has expired; that one is then found by
// find() only with a time before its expiry.
struct ClaimLookup {  // conflict, if another record holds a unique one that is not yet expired
  RecordKey key;
  Lookup lookup;
  Instant now;
};
// not_found, unless the record that the subject is named by is of the entity and has not expired.
struct RequireSubject {
  AccountId account{};
  Token subject;
  EntityId entity{};
  Instant now;
};
struct RequireRoom {  // conflict, if there are `count_max` already
  SubjectRecords of;
  std::uint32_t count_max = 0;  // Of those that are not expired.
  Instant now;
};
struct ReleaseLookup {  // Never fails.
  RecordKey key;
  LookupField field{};
  Bytes digest;
};
// already_exists, if the principal's key is known in the account of `made` and not yet expired.
struct ClaimIdempotencyKey {
  IdempotencyRow row;
  Instant now;
};
struct SweepIdempotencyKeys {  // Never fails. Of those that expired before `now`, the oldest.
  AccountId account{};
  Instant now;
  std::uint32_t count_max = 0;
};
struct DeleteRecord {  // not_found. Takes versions, keys, look-ups and idempotency keys with it.
  RecordKey key;
};
struct DropExpired {  // Never fails. As DeleteRecord, if the record expired before `now`.
  RecordKey key;
  Instant now;
};
struct DeleteSubject {  // Never fails. Every record of the subject, as DeleteRecord.
  AccountId account{};
  Token subject;
};
struct InsertOutbox {
  OutboxRow row;
};
struct DeleteOutbox {
  AccountId account{};
  EntryId id;
};
struct InsertAccount {  // already_exists
  AccountRow row;
};
struct InsertAppKey {  // already_exists
  AppKeyRow row;
};

using WriteOperation = std::variant<InsertRecord, ReplaceVersion, RequireVersion, RequireSubject,
                                    RequireRoom, ClaimLookup, ReleaseLookup, ClaimIdempotencyKey,
                                    SweepIdempotencyKeys, DeleteRecord, DropExpired, DeleteSubject,
                                    InsertOutbox, DeleteOutbox, InsertAccount, InsertAppKey>;
using WriteBatch = std::vector<WriteOperation>;

class Store {
 public:
  // The current version, or the named one. not_found says that the record or the version is not
  // there, or that the record or what it hangs on expired before `now`.
  virtual Task<Result<RecordRow>> read(RecordKey key, std::optional<VersionId> version,
                                       Rendition rendition, Instant now) = 0;
  // The subject's records of an entity, the oldest first, at most `limit`, in their current
  // versions. Fails as read() does if what they hang on is not there.
  virtual Task<Result<RecordList>> records(SubjectRecords of, Rendition rendition, Instant now,
                                           std::uint32_t limit) = 0;
  // A page of the account's prospects, in their current versions.
  virtual Task<Result<std::vector<RecordRow>>> prospects(ListPage page, Rendition rendition,
                                                         Instant now) = 0;
  // For who keeps what read() has given: see ChangeStamps. A store that others write to without
  // this process never gives the same one twice.
  virtual ChangeStamp change_stamp(AccountId account, Token subject) const = 0;
  // Newest first, at most `limit`, older than `before` if given.
  virtual Task<Result<std::vector<VersionInfo>>> versions(RecordKey key,
                                                          std::optional<VersionId> before,
                                                          std::uint32_t limit) = 0;
  // The records that hold the digest and have not expired, at most two: a caller needs to know
  // none, one, or more than one.
  virtual Task<Result<std::vector<RecordKey>>> find(AccountId account, LookupField field,
                                                    Bytes digest, Instant now) = 0;
  // not_found, if the principal used no such key, or it expired before `now`.
  virtual Task<Result<IdempotencyRow>> find_idempotency(AccountId account, PrincipalId principal,
                                                        Bytes key_digest, Instant now) = 0;
  virtual Task<Result<std::vector<AccountRow>>> accounts() = 0;
  virtual Task<Result<std::vector<AppKeyRow>>> app_keys() = 0;
  // Oldest first, over all accounts.
  virtual Task<Result<std::vector<OutboxRow>>> outbox(std::uint32_t limit) = 0;
  virtual Task<Result<std::uint64_t>> outbox_size() = 0;

  // Does all of `batch`, durably, or nothing. Batches of one Store are applied in order of call.
  // storage_unavailable says that the outcome is unknown until the store is opened again: after a
  // failed write or sync no later commit succeeds.
  virtual Task<Result<void>> commit(WriteBatch batch) = 0;
  // Makes deleted bytes unreadable in the files: checkpoints and truncates the log.
  virtual Task<Result<void>> scrub() = 0;

  virtual ~Store() = default;
};

}  // namespace velum
