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
#include "base/trusted_clock.h"
#include "io/task.h"
#include "storage/access_rows.h"
#include "storage/alert_rows.h"
#include "storage/change_stamps.h"
#include "storage/query_rows.h"

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
  std::uint32_t masked_revision = 0;  // The schema's, whose masks the masked one has.
  EntityId entity{};                  // What the record was then. A write takes the head's.
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
  EntityId made_as{};  // The record was of this entity when the keys were made.
  Bytes full;          // Wraps. A read fills only what was asked for.
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

// Of one entity, in the order of their keys: those behind `after`, which need not be there any
// more.
struct ScanPage {
  AccountId account{};
  EntityId entity{};
  std::optional<RecordKey> after;
  std::uint32_t limit = 0;
};
struct ScannedRecords {
  std::vector<RecordRow> rows;
  std::optional<RecordKey> next;  // Where the next page goes on, unless this was the last.
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

// A record that has expired, or was hidden for it.
struct ExpiredRecord {
  RecordKey key;
  EntityId entity{};
};

struct AccountRow {
  AccountId id{};
  std::string name;
  std::string region;
  std::string settings;  // JSON: mask style and the like.
  Bytes wrapped_full, wrapped_masked, wrapped_index, wrapped_signing;
};

// What a store adds to an entity's default schema, which is revision 1 and has no row.
struct SchemaRow {
  AccountId account{};
  EntityId entity{};
  std::uint32_t revision = 0;
  std::string custom;  // JSON.
  PrincipalId author;
  Instant created_at;
};

enum class JobKind : std::uint8_t { remask = 1 };
enum class JobState : std::uint8_t { in_progress = 1, success = 2, failed = 3 };

// Work in the background, and how far it is. The numbers are on disk.
struct JobRow {
  AccountId account{};
  JobId id;
  JobKind kind{};
  EntityId entity{};
  std::uint32_t revision = 0;
  JobState state{};
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  Bytes cursor;  // Where it goes on; its own matter.
  Instant created_at;
  Instant updated_at;
};

// A way through all versions of an account, in the order of their keys: those that are current,
// or those that are not any more. Ids of zeros stand before all others.
enum class WalkedVersions : std::uint8_t { current, older };
struct WalkPlace {
  WalkedVersions versions{};
  Token subject;
  RecordId record;
  VersionId version;  // Of older ones.
};
struct WalkedVersion {
  RecordKey key;
  VersionId version;
  EntityId entity{};  // What the record was then.
  std::uint32_t masked_revision = 0;
  Instant written_at;
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
struct ChangeEntity {  // not_found. Its versions until now stay what they were.
  RecordKey key;
  EntityId entity{};
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
// Never fails. If the record expired before `now`, nobody reads it again, wherever the clock goes;
// but for who asks as of Instant::min(). From then on swept() has it.
struct HideExpired {
  RecordKey key;
  Instant now;
  Ticks running{};
};
// Never fails. As DeleteRecord, if the record was hidden; of what a subject is named by, as
// DeleteSubject.
struct ShredHidden {
  RecordKey key;
};
// Never fails. Those hidden that have not expired by `now`, which an operator says is right.
struct ShowHidden {
  AccountId account{};
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
struct SaveClock {
  ClockState state;
};
struct InsertSchema {  // already_exists, if the entity has that revision
  SchemaRow row;
};
struct InsertJob {  // already_exists
  JobRow row;
};
struct UpdateJob {  // not_found. State, progress, cursor and updated_at.
  JobRow row;
};
// Never fails. Another masked rendition of a version that is there, current or not, unless it has
// got another one since.
struct ReplaceMasked {
  RecordKey key;
  VersionId version;
  std::uint32_t expected_revision = 0;
  Bytes masked;
  std::uint32_t masked_revision = 0;
};
// version_mismatch, unless the version is there, current or not, with a masked rendition of the
// revision that is expected. Both renditions of it again, in place.
struct ReplaceRenditions {
  RecordKey key;
  VersionId version;
  std::uint32_t expected_revision = 0;
  Bytes full;
  Bytes masked;
  std::uint32_t masked_revision = 0;
};
struct InsertAccount {  // already_exists
  AccountRow row;
};

using WriteOperation =
    std::variant<InsertRecord, ReplaceVersion, ChangeEntity, RequireVersion, RequireSubject,
                 RequireRoom, ClaimLookup, ReleaseLookup, ClaimIdempotencyKey, SweepIdempotencyKeys,
                 DeleteRecord, DropExpired, HideExpired, ShredHidden, ShowHidden, DeleteSubject,
                 InsertOutbox, DeleteOutbox, SaveClock, InsertSchema, InsertJob, UpdateJob,
                 ReplaceMasked, ReplaceRenditions, InsertAccount, InsertAppKey, UpdateAppKey,
                 PutRole, DeleteRole, PutUnmaskPolicy, InsertUser, UpdateUser, DeleteUser,
                 InsertUnmaskGrant, UpdateUnmaskGrant, DeleteUnmaskGrant, AdvanceAccess,
                 InsertWebhook, UpdateWebhook, DeleteWebhook, AdvanceWebhook, InsertAlert,
                 DelayAlert, DeleteAlert, PutCanary, DeleteCanary, PutAuditQuery, DeleteAuditQuery>;
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
  // A page of all that an account has of an entity, in their current versions: at most `limit`, and
  // fewer where some hang on what expired. What is there throughout is in one page, and once.
  virtual Task<Result<ScannedRecords>> scan(ScanPage page, Rendition rendition, Instant now) = 0;
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
  // Those that expired before `now` and are not hidden yet, and those hidden at `running` or
  // before; the oldest first.
  virtual Task<Result<std::vector<ExpiredRecord>>> expired(AccountId account, Instant now,
                                                           std::uint32_t limit) = 0;
  virtual Task<Result<std::vector<ExpiredRecord>>> swept(AccountId account, Ticks running,
                                                         std::uint32_t limit) = 0;
  // nullopt: never saved.
  virtual Task<Result<std::optional<ClockState>>> clock() = 0;
  // By entity and revision.
  virtual Task<Result<std::vector<SchemaRow>>> schemas(AccountId account) = 0;
  virtual Task<Result<JobRow>> job(AccountId account, JobId id) = 0;  // not_found
  // In progress, the oldest first.
  virtual Task<Result<std::vector<JobRow>>> open_jobs(AccountId account) = 0;
  // At most `limit`, behind `after`. Those of expired records are there too.
  virtual Task<Result<std::vector<WalkedVersion>>> walk(AccountId account, WalkPlace after,
                                                        std::uint32_t limit) = 0;
  virtual Task<Result<std::vector<AccountRow>>> accounts() = 0;
  // Rows that are newer than the revision may be among them, and none that are older. Keys by their
  // name, roles by theirs, users by their id, grants by when they were
  // made.
  virtual Task<Result<AccessRows>> access(AccountId account) = 0;
  // The oldest first.
  virtual Task<Result<std::vector<WebhookRow>>> webhooks(AccountId account) = 0;
  virtual Task<Result<std::vector<CanaryRow>>> canaries(AccountId account) = 0;
  // Of one receiver, those due by `now`, the first that was due first.
  virtual Task<Result<std::vector<AlertRow>>> due_alerts(AccountId account, WebhookId webhook,
                                                         Instant now, std::uint32_t limit) = 0;
  virtual Task<Result<std::uint64_t>> alert_count(AccountId account, WebhookId webhook) = 0;
  // By their names.
  virtual Task<Result<std::vector<AuditQueryRow>>> audit_queries(AccountId account) = 0;
  // not_found
  virtual Task<Result<AuditQueryRow>> audit_query(AccountId account, std::string name) = 0;
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
