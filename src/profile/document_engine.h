#pragma once
// DocumentEngine: the Profile System. Creates, reads, changes, reveals and deletes documents of any
// entity; what differs between entities is in their schema.
//
// Promises: a masked read touches no key and no byte of class P. Every change is a new immutable
// version with both renditions, its look-ups and its audit entry in one commit. A reveal is in the
// audit log, durably, before class P is opened (the permit's type sees to it); an answer about PII
// is there before it as well.
//
// What has expired by the clock's now() is read no more. What takes its place for good (as the only
// record of its kind, with its unique value or its idempotency key) goes by passed(), since now()
// may be wrong. Until both say so nothing is lost: a write that needs the place fails with conflict
// or already_exists, and a key that comes again is answered as the first was.
//
// One engine serves one event loop. Callers have decided who may do what; the decision comes along
// because the audit entry is made of it.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/decision.h"
#include "access/reveal_budget.h"
#include "audit/audit_log.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/sensitive.h"
#include "io/task.h"
#include "keys/erasure_ledger.h"
#include "profile/account.h"
#include "profile/entity_rules.h"
#include "profile/masked_cache.h"
#include "schema/conditions.h"
#include "storage/store.h"

namespace velum {

// What a reveal is part of, where it is not of the record for its own sake: an order's, of which
// the audit log says so, and which order.
struct RevealContext {
  std::string action;  // Empty: that of the record's entity.
  std::string target;
};

struct Caller {
  const Account* account = nullptr;  // Outlives the call.
  Decision decision;
  RequestId request;
  RevealContext context{};

  // What the decision is about. No record of another entity is reached with it.
  EntityId entity() const { return decision.entity; }
  // Another one when it is asked again, maybe.
  const Schema& schema() const { return account->schema_of(entity()); }
};

// Why somebody unmasks. `code` says where the text came from: "given", "useCase".
struct Reason {
  std::string code;
  Sensitive text;
};

struct DocumentMeta {
  RecordId id;
  VersionId version;
  PrincipalId author;
  Instant created_at;
  Instant updated_at;
  std::optional<Instant> expires_at;
};

// `document` is JSON text, masked or not as the call says.
struct DocumentView {
  DocumentMeta meta;
  WipedText document;
};

struct DocumentPage {
  std::vector<DocumentView> views;
  std::optional<ListPlace> next;  // Where the next page begins, if there is one.
};

// Of all documents of an entity, by record.
struct DocumentScan {
  std::vector<DocumentView> views;
  std::optional<RecordKey> next;  // Where the next page goes on, unless this was the last.
};

// What the caller of a change of a schema may do besides.
enum class Unmasking : std::uint8_t { allowed, refused };
enum class Deleting : std::uint8_t { allowed, refused };
struct SchemaRights {
  Unmasking unmasking = Unmasking::refused;
  Deleting deleting = Deleting::refused;
};

struct SchemaChange {
  const Schema* schema = nullptr;  // Lives as long as the account.
  std::optional<JobId> job;        // That makes the masked renditions again. None: no change.
};

enum class IfAbsent : std::uint8_t { create, refuse };

struct WriteOptions {
  std::optional<std::uint32_t> ttl_days;
  std::optional<VersionId> if_match;
  IfAbsent if_absent = IfAbsent::create;  // Of what patch() makes.
  std::string_view idempotency_key;       // Of a creation; outlives the call. Empty: none.
  std::string_view source_key{};          // The same: see imported_record(). With an owner only.
};

struct EngineParts {
  Store& store;
  AuditLog& audit;
  const ErasureLedger& ledger;
  const Clock& clock;
  Random& random;
  MaskedCache* cache = nullptr;     // Of the same loop. None: every read asks the store.
  RevealBudget* reveals = nullptr;  // None: no limit.
};

struct RequestDigests;  // profile/request_digests.h

class DocumentEngine {
 public:
  // What the parts refer to outlives the engine.
  explicit DocumentEngine(const EngineParts& parts)
      : store_(parts.store),
        audit_(parts.audit),
        ledger_(parts.ledger),
        clock_(parts.clock),
        random_(parts.random),
        cache_(parts.cache),
        reveals_(parts.reveals) {}

  // The subject's own record that a path names: by id, or by an alternative key's value. Fails with
  // not_found, also for who is being erased; ambiguous; or invalid_argument for a field that
  // nothing can be looked up by. Whether it is a record of the right entity is seen when it is
  // read.
  Task<Result<RecordKey>> resolve(const Caller& caller, std::string_view id);
  Task<Result<RecordKey>> resolve_alternative(const Caller& caller, EntityId entity,
                                              std::string_view field, std::string_view value);
  // What hangs on `owner`: the one with this id (not_found if it is none), or the only one.
  static Result<RecordKey> part_of(const RecordKey& owner, std::string_view id);
  static RecordKey only_part_of(const RecordKey& owner, EntityId entity);
  // Who holds the value now or has held it until it expired: for who erases. At most two of them;
  // none for what is no value of that field. Fails with invalid_argument as above.
  Task<Result<std::vector<RecordKey>>> holders(const Caller& caller, EntityId entity,
                                               std::string_view field, std::string_view value);

  // A new subject with its first document or, with an owner, a record that hangs on it: not_found
  // if that is not there, conflict if there are `parts_max`. The answer shows it as it was sent.
  // With an idempotency key, the same request by the same principal within 24 hours makes nothing
  // and is answered as the first was, while the record is there; another request fails with
  // idempotency_mismatch. With a source key, fails with already_exists while what it made is there.
  static constexpr std::uint32_t parts_max = 100;
  Task<Result<DocumentView>> create(Caller caller, std::optional<RecordKey> owner,
                                    std::string_view body, WriteOptions options);
  // What create() would refuse of `body` whatever the store holds. Writes nothing.
  static Result<void> check(const Account& account, EntityId entity, std::string_view body);
  Task<Result<DocumentView>> read_masked(Caller caller, RecordKey key,
                                         std::optional<VersionId> version);
  // All that hang on `owner`, the oldest first.
  Task<Result<std::vector<DocumentView>>> list_masked(Caller caller, RecordKey owner);
  // Also records the attempt when there is no such record, so that nobody probes unseen: whoever
  // resolves the record first does that with record_miss().
  Task<Result<DocumentView>> unmask(Caller caller, RecordKey key, std::optional<VersionId> version,
                                    Reason reason);
  // The same of several, each with a caller of its own: one wait for all their entries, which are
  // durable before any of them is opened. In the order of `wanted`; none for what is not there.
  struct Wanted {
    Caller caller;
    RecordKey key;
    std::optional<VersionId> version;
  };
  Task<Result<std::vector<std::optional<DocumentView>>>> unmask_each(std::vector<Wanted> wanted,
                                                                     Reason reason);
  // One entry for each, and one if there are none.
  Task<Result<std::vector<DocumentView>>> unmask_all(Caller caller, RecordKey owner, Reason reason);
  // A page of the account's prospects, the newest first.
  Task<Result<DocumentPage>> list_prospects(Caller caller, ListPage page);
  Task<Result<DocumentPage>> unmask_prospects(Caller caller, ListPage page, Reason reason);
  // Yes or no to each condition. What asks about clear fields alone is answered from the masked
  // rendition. Else the full one is opened, for all of them, and the log says so, durably, before:
  // the caller has decided that this may be. It records who is not there as unmask() does.
  // `conditions` outlive the call.
  Task<Result<std::vector<bool>>> check_conditions(Caller caller, RecordKey key,
                                                   const Conditions& conditions);
  // A page of all that the account has of the caller's entity, behind `after`. Fewer than `limit`
  // come where some are being erased. The first page is on record: an export has begun.
  Task<Result<DocumentScan>> scan_masked(Caller caller, std::optional<RecordKey> after,
                                         std::uint32_t limit);
  // The same, with an entry for each record before any of the page is opened.
  Task<Result<DocumentScan>> unmask_scan(Caller caller, std::optional<RecordKey> after,
                                         std::uint32_t limit, Reason reason);
  // `key` is what is known of the record: nothing, if resolving it failed.
  Task<Result<void>> record_miss(Caller caller, std::optional<RecordKey> key, Asked asked);
  // RFC 7396. The answer shows the members just sent, every other one masked. What hangs on a
  // profile alone of its kind is made if it is not there.
  Task<Result<DocumentView>> patch(Caller caller, RecordKey key, std::string_view body,
                                   WriteOptions options);
  // The prospect becomes a profile: the same subject, with its versions. What it holds of
  // addresses, contacts, invoice subject and payments becomes what hangs on the profile. One that
  // was converted before is shown as it is now. Fails as create() does, and with invalid_field for
  // a prospect that makes no profile.
  // `consent`, if there is one, is made in the same commit; it outlives the call.
  Task<Result<DocumentView>> convert(Caller caller, RecordKey key, WriteOptions options,
                                     std::string_view consent = {});
  // With all that hangs on it.
  Task<Result<void>> remove(Caller caller, RecordKey key, std::optional<VersionId> if_match);
  Task<Result<std::vector<VersionInfo>>> versions(Caller caller, RecordKey key,
                                                  std::optional<VersionId> before,
                                                  std::uint32_t limit);
  // Puts these in place of the caller's entity's custom fields: see schema/custom_fields.h. From
  // its answer on nothing is shown that the new schema hides; what it hides no more is shown when
  // the job is done. permission_denied: masked reads would show more of what is stored, which who
  // may not unmask does not decide, or less of it would be kept, which who may not delete does not;
  // the subject is the resource. conflict says that others kept changing it.
  Task<Result<SchemaChange>> replace_custom_fields(Caller caller, std::string_view body,
                                                   SchemaRights rights);
  Task<Result<JobRow>> job(Caller caller, std::string_view id);

 private:
  Task<Result<DocumentView>> read_kept(const Caller& caller, RecordKey key);
  Task<Result<void>> take_reveals(const Caller& caller, std::span<const RecordRow> rows,
                                  Asked asked);
  AuditEntry entry_for(const Caller& caller, std::string_view action,
                       const std::optional<RecordKey>& key) const;
  InsertOutbox outbox_of(const AuditEntry& entry) const;
  std::vector<Lookup> lookups_of(const Caller& caller, const std::vector<LookupValue>& values,
                                 std::optional<Instant> expires_at) const;
  struct AlternativeKey {
    std::string_view field;
    std::string_view value;
  };
  Task<Result<std::vector<RecordKey>>> find_alive(const Caller& caller, EntityId entity,
                                                  AlternativeKey key, Instant alive_at);
  Task<Result<std::vector<RecordRow>>> parts(const Caller& caller, const RecordKey& owner,
                                             Rendition rendition);
  struct ProspectRows {
    std::vector<RecordRow> rows;
    std::optional<ListPlace> next;
  };
  Task<Result<ScannedRecords>> scan(const Caller& caller, ScanPage page, Rendition rendition);
  Task<Result<ProspectRows>> prospects(const Caller& caller, ListPage page, Rendition rendition);
  Result<std::vector<DocumentView>> show_masked(const Caller& caller,
                                                const std::vector<RecordRow>& rows) const;
  Task<Result<std::vector<DocumentView>>> reveal(const Caller& caller,
                                                 const std::vector<RecordRow>& rows,
                                                 const Reason& reason);
  Task<Result<std::vector<bool>>> check_pii_conditions(const Caller& caller, RecordKey key,
                                                       const Conditions& conditions);
  Task<Result<void>> require_profile(RecordKey owner);
  RecordKey new_key(const Caller& caller, const std::optional<RecordKey>& owner,
                    std::string_view source_key);
  // Sealed, and not in the store yet.
  struct NewRecord {
    RecordRow row;
    AuditEntry entry;
    std::vector<LookupValue> values;
    WipedText full;
  };
  Result<NewRecord> make_record(const Caller& caller, RecordKey key, std::string_view body,
                                const WriteOptions& options) const;
  void insert(const Caller& caller, RecordRow row, const std::vector<LookupValue>& values,
              WriteBatch& batch) const;
  Task<Result<DocumentView>> create_new(const Caller& caller, std::optional<RecordKey> owner,
                                        std::string_view body, WriteOptions options,
                                        const RequestDigests* request);
  Task<Result<DocumentView>> create_missing(const Caller& caller, RecordKey key,
                                            std::string_view body, WriteOptions options);
  // conflict, if there is one that has expired by now() and not by passed().
  Task<Result<void>> refuse_in_doubt(RecordKey key);
  Task<Result<DocumentView>> show_again(const Caller& caller, const IdempotencyRow& known,
                                        std::string_view body, WriteOptions options);
  struct Disclosure {
    Place place;
    AuditEntry entry;
  };
  Result<Disclosure> disclosure_of(const Caller& caller, const RecordRow& row, Asked asked,
                                   const Reason& reason) const;
  Task<Result<bool>> has_older_masks(const Caller& caller, RecordKey key);
  Task<Result<DocumentView>> convert_once(const Caller& caller, RecordKey key,
                                          const WriteOptions& options, std::string_view consent);
  Task<Result<DocumentView>> patch_once(const Caller& caller, RecordKey key, std::string_view body,
                                        WriteOptions options);

  Store& store_;
  AuditLog& audit_;
  const ErasureLedger& ledger_;
  const Clock& clock_;
  Random& random_;
  MaskedCache* cache_;
  RevealBudget* reveals_;
};

}  // namespace velum
