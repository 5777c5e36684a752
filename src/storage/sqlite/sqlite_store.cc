#include "storage/sqlite/sqlite_store.h"

#include <utility>

#include "storage/sqlite/batch_change.h"
#include "storage/sqlite/statements.h"

namespace velum {
namespace {

Sql read_statement(Rendition rendition, bool named_version) {
  if (rendition == Rendition::masked) {
    return named_version ? Sql::read_version_masked : Sql::read_current_masked;
  }
  return named_version ? Sql::read_version_full : Sql::read_current_full;
}

Error no_such_record() {
  return Error(ErrorCode::not_found, "there is no such record");
}

bool names_its_subject(const RecordKey& key) {
  return key.record.uuid() == key.subject.uuid();
}

// The columns that every statement which reads records begins with.
void fill(RecordRow& row, const Query& query) {
  row.head = {static_cast<EntityId>(query.integer(0)), query.instant(1), query.optional_instant(2)};
  row.keys.epoch = static_cast<std::uint64_t>(query.integer(3));
  row.keys.made_as = static_cast<EntityId>(query.integer(4));
  row.keys.masked = query.bytes(5);
  row.keys.full = query.bytes(6);
  row.version.version = query.id<VersionId>(7);
  row.version.author = query.id<PrincipalId>(8);
  row.version.written_at = query.instant(9);
  row.version.schema_revision = static_cast<std::uint32_t>(query.integer(10));
  row.version.masked_revision = static_cast<std::uint32_t>(query.integer(11));
  row.version.entity = static_cast<EntityId>(query.integer(12));
  row.version.masked = query.bytes(13);
  row.version.full = query.bytes(14);
}

JobRow job_of(const Query& query, AccountId account) {
  return {account,
          query.id<JobId>(0),
          static_cast<JobKind>(query.integer(1)),
          static_cast<EntityId>(query.integer(2)),
          static_cast<std::uint32_t>(query.integer(3)),
          static_cast<JobState>(query.integer(4)),
          static_cast<std::uint64_t>(query.integer(5)),
          static_cast<std::uint64_t>(query.integer(6)),
          query.bytes(7),
          query.instant(8),
          query.instant(9)};
}

Result<std::vector<ExpiredRecord>> expired_records(Query& query, AccountId account) {
  std::vector<ExpiredRecord> records;
  while (true) {
    TRY_ASSIGN(const bool found, query.step());
    if (!found) return records;
    records.push_back({{account, query.id<Token>(0), query.id<RecordId>(1)},
                       static_cast<EntityId>(query.integer(2))});
  }
}

}  // namespace

Result<void> SqliteStore::open() {
  return file_.open_reader(connection_);
}

Task<Result<RecordRow>> SqliteStore::read(RecordKey key, std::optional<VersionId> version,
                                          Rendition rendition, Instant now) {
  RecordRow row;
  row.key = key;
  {
    Query query = connection_.query(read_statement(rendition, version.has_value()));
    query.bind(key.account).bind(key.subject).bind(key.record).bind(now);
    if (version) query.bind(*version);
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return no_such_record();
    fill(row, query);
  }
  if (names_its_subject(key)) {
    row.subject = {row.head.entity, row.head.expires_at};
  } else {
    CO_TRY_ASSIGN(row.subject, subject_head(key.account, key.subject, now));
  }
  co_return row;
}

Task<Result<RecordList>> SqliteStore::records(SubjectRecords of, Rendition rendition, Instant now,
                                              std::uint32_t limit) {
  RecordList list;
  Query query =
      connection_.query(rendition == Rendition::masked ? Sql::records_masked : Sql::records_full);
  query.bind(of.account)
      .bind(of.subject)
      .bind(static_cast<std::int64_t>(of.entity))
      .bind(now)
      .bind(std::int64_t{limit});
  while (true) {
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) break;
    RecordRow row;
    row.key = {of.account, of.subject, query.id<RecordId>(15)};
    fill(row, query);
    list.rows.push_back(std::move(row));
  }
  // Last: a subject that is there now was there with all of them.
  CO_TRY_ASSIGN(list.subject, subject_head(of.account, of.subject, now));
  for (RecordRow& row : list.rows) row.subject = list.subject;
  co_return list;
}

Task<Result<std::vector<RecordRow>>> SqliteStore::prospects(ListPage page, Rendition rendition,
                                                            Instant now) {
  static const RecordId last_id = *RecordId::parse("ffffffff-ffff-ffff-ffff-ffffffffffff");
  const ListPlace before = page.before.value_or(ListPlace{Instant::max(), last_id});
  Query query = connection_.query(rendition == Rendition::masked ? Sql::prospects_masked
                                                                 : Sql::prospects_full);
  query.bind(page.account)
      .bind(before.created_at)
      .bind(before.record)
      .bind(now)
      .bind(std::int64_t{page.limit});
  std::vector<RecordRow> rows;
  while (true) {
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return rows;
    RecordRow row;
    const auto record = query.id<RecordId>(15);
    row.key = own_record(page.account, Token(record.uuid()));
    fill(row, query);
    row.subject = {row.head.entity, row.head.expires_at};
    rows.push_back(std::move(row));
  }
}

Task<Result<ScannedRecords>> SqliteStore::scan(ScanPage page, Rendition rendition, Instant now) {
  const RecordKey after = page.after.value_or(RecordKey());
  ScannedRecords scanned;
  {
    Query query =
        connection_.query(rendition == Rendition::masked ? Sql::scan_masked : Sql::scan_full);
    query.bind(page.account).bind(after.subject).bind(after.record).bind(now);
    query.bind(std::int64_t{page.limit}).bind(static_cast<std::int64_t>(page.entity));
    while (true) {
      CO_TRY_ASSIGN(const bool found, query.step());
      if (!found) break;
      RecordRow row;
      row.key = {page.account, query.id<Token>(16), query.id<RecordId>(15)};
      fill(row, query);
      scanned.rows.push_back(std::move(row));
    }
  }
  if (scanned.rows.size() == page.limit) scanned.next = scanned.rows.back().key;
  CO_TRY(fill_subjects(scanned.rows, now));
  co_return scanned;
}

// Drops those whose subject is gone. Neighbours often have the same one.
Result<void> SqliteStore::fill_subjects(std::vector<RecordRow>& rows, Instant now) {
  std::vector<RecordRow> kept;
  std::optional<Token> subject;
  Result<SubjectHead> head = no_such_record();
  for (RecordRow& row : rows) {
    if (names_its_subject(row.key)) {
      head = SubjectHead{row.head.entity, row.head.expires_at};
    } else if (subject != row.key.subject) {
      head = subject_head(row.key.account, row.key.subject, now);
    }
    subject = row.key.subject;
    if (!head && head.error().code() != ErrorCode::not_found) return head.error();
    if (!head) continue;
    row.subject = *head;
    kept.push_back(std::move(row));
  }
  rows = std::move(kept);
  return {};
}

Result<SubjectHead> SqliteStore::subject_head(AccountId account, Token subject, Instant now) {
  Query query = connection_.query(Sql::subject_head);
  query.bind(account).bind(subject).bind(now);
  TRY_ASSIGN(const bool found, query.step());
  if (!found) return no_such_record();
  return SubjectHead{static_cast<EntityId>(query.integer(0)), query.optional_instant(1)};
}

Task<Result<std::vector<VersionInfo>>> SqliteStore::versions(RecordKey key,
                                                             std::optional<VersionId> before,
                                                             std::uint32_t limit) {
  Query query = connection_.query(Sql::versions);
  query.bind(key.account).bind(key.subject).bind(key.record);
  if (before) {
    query.bind(*before);
  } else {
    query.bind_null();
  }
  query.bind(std::int64_t{limit});
  std::vector<VersionInfo> infos;
  while (true) {
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return infos;
    infos.push_back({query.id<VersionId>(0), query.id<PrincipalId>(1), query.instant(2)});
  }
}

Task<Result<std::vector<RecordKey>>> SqliteStore::find(AccountId account, LookupField field,
                                                       Bytes digest, Instant now) {
  Query query = connection_.query(Sql::find);
  query.bind(account).bind(static_cast<std::int64_t>(field)).bind(ByteView(digest)).bind(now);
  std::vector<RecordKey> keys;
  while (true) {
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return keys;
    keys.push_back({account, query.id<Token>(0), query.id<RecordId>(1)});
  }
}

Task<Result<IdempotencyRow>> SqliteStore::find_idempotency(AccountId account, PrincipalId principal,
                                                           Bytes key_digest, Instant now) {
  Query query = connection_.query(Sql::find_idempotency);
  query.bind(account).bind(principal).bind(ByteView(key_digest)).bind(now);
  CO_TRY_ASSIGN(const bool found, query.step());
  if (!found) co_return Error(ErrorCode::not_found, "there is no such idempotency key");
  IdempotencyRow row;
  row.principal = principal;
  row.key_digest = std::move(key_digest);
  row.request_digest = query.bytes(0);
  row.made = {account, query.id<Token>(1), query.id<RecordId>(2)};
  row.version = query.id<VersionId>(3);
  row.expires_at = query.instant(4);
  co_return row;
}

Task<Result<std::vector<ExpiredRecord>>> SqliteStore::expired(AccountId account, Instant now,
                                                              std::uint32_t limit) {
  Query query = connection_.query(Sql::expired);
  query.bind(account).bind(now).bind(std::int64_t{limit});
  co_return expired_records(query, account);
}

Task<Result<std::vector<ExpiredRecord>>> SqliteStore::swept(AccountId account, Ticks running,
                                                            std::uint32_t limit) {
  Query query = connection_.query(Sql::swept);
  query.bind(account).bind(running.count()).bind(std::int64_t{limit});
  co_return expired_records(query, account);
}

Task<Result<std::optional<ClockState>>> SqliteStore::clock() {
  Query query = connection_.query(Sql::clock);
  CO_TRY_ASSIGN(const bool found, query.bind(system_account).step());
  if (!found) co_return std::optional<ClockState>();
  co_return ClockState{query.instant(0), Ticks(query.integer(1))};
}

Task<Result<std::vector<SchemaRow>>> SqliteStore::schemas(AccountId account) {
  Query query = connection_.query(Sql::schemas);
  query.bind(account);
  std::vector<SchemaRow> rows;
  while (true) {
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return rows;
    rows.push_back({account, static_cast<EntityId>(query.integer(0)),
                    static_cast<std::uint32_t>(query.integer(1)), query.text(2),
                    query.id<PrincipalId>(3), query.instant(4)});
  }
}

Task<Result<JobRow>> SqliteStore::job(AccountId account, JobId id) {
  Query query = connection_.query(Sql::job);
  CO_TRY_ASSIGN(const bool found, query.bind(account).bind(id).step());
  if (!found) co_return Error(ErrorCode::not_found, "there is no such job");
  co_return job_of(query, account);
}

Task<Result<std::vector<JobRow>>> SqliteStore::open_jobs(AccountId account) {
  Query query = connection_.query(Sql::open_jobs);
  query.bind(account);
  std::vector<JobRow> rows;
  while (true) {
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return rows;
    rows.push_back(job_of(query, account));
  }
}

Task<Result<std::vector<WalkedVersion>>> SqliteStore::walk(AccountId account, WalkPlace after,
                                                           std::uint32_t limit) {
  const bool of_current = after.versions == WalkedVersions::current;
  Query query = connection_.query(of_current ? Sql::walk_current : Sql::walk_older);
  query.bind(account).bind(after.subject).bind(after.record).bind(std::int64_t{limit});
  if (!of_current) query.bind(after.version);
  std::vector<WalkedVersion> versions;
  while (true) {
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return versions;
    versions.push_back({{account, query.id<Token>(0), query.id<RecordId>(1)},
                        query.id<VersionId>(2),
                        static_cast<EntityId>(query.integer(3)),
                        static_cast<std::uint32_t>(query.integer(4)),
                        query.instant(5)});
  }
}

Task<Result<std::vector<AccountRow>>> SqliteStore::accounts() {
  Query query = connection_.query(Sql::accounts);
  std::vector<AccountRow> rows;
  while (true) {
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return rows;
    rows.push_back({static_cast<AccountId>(query.integer(0)), query.text(1), query.text(2),
                    query.text(3), query.bytes(4), query.bytes(5), query.bytes(6), query.bytes(7)});
  }
}

Task<Result<std::vector<WebhookRow>>> SqliteStore::webhooks(AccountId account) {
  Query query = connection_.query(Sql::webhooks);
  query.bind(account);
  std::vector<WebhookRow> rows;
  while (true) {
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return rows;
    rows.push_back({account, query.id<WebhookId>(0), query.bytes(1), query.text(2), query.bytes(3),
                    query.bytes(4), query.optional_instant(5), query.instant(6),
                    static_cast<std::uint64_t>(query.integer(7))});
  }
}

Task<Result<std::vector<CanaryRow>>> SqliteStore::canaries(AccountId account) {
  Query query = connection_.query(Sql::canaries);
  query.bind(account);
  std::vector<CanaryRow> rows;
  while (true) {
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return rows;
    rows.push_back({account, query.id<Token>(0), query.id<PrincipalId>(1), query.instant(2)});
  }
}

Task<Result<std::vector<AlertRow>>> SqliteStore::due_alerts(AccountId account, WebhookId webhook,
                                                            Instant now, std::uint32_t limit) {
  Query query = connection_.query(Sql::due_alerts);
  query.bind(account).bind(webhook).bind(now).bind(std::int64_t{limit});
  std::vector<AlertRow> rows;
  while (true) {
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return rows;
    rows.push_back({account, webhook, query.id<AlertId>(0), query.text(1),
                    static_cast<std::uint32_t>(query.integer(2)), query.instant(3),
                    query.instant(4)});
  }
}

Task<Result<std::uint64_t>> SqliteStore::alert_count(AccountId account, WebhookId webhook) {
  Query query = connection_.query(Sql::alert_count);
  CO_TRY(query.bind(account).bind(webhook).step());
  co_return static_cast<std::uint64_t>(query.integer(0));
}

Task<Result<std::vector<AuditQueryRow>>> SqliteStore::audit_queries(AccountId account) {
  Query query = connection_.query(Sql::audit_queries);
  query.bind(account);
  std::vector<AuditQueryRow> rows;
  while (true) {
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return rows;
    rows.push_back(
        {account, query.text(0), query.bytes(1), query.id<PrincipalId>(2), query.instant(3)});
  }
}

Task<Result<AuditQueryRow>> SqliteStore::audit_query(AccountId account, std::string name) {
  Query query = connection_.query(Sql::audit_query);
  CO_TRY_ASSIGN(const bool found, query.bind(account).bind(std::string_view(name)).step());
  if (!found) co_return Error(ErrorCode::not_found, "there is no such saved query");
  AuditQueryRow row{account, {}, query.bytes(0), query.id<PrincipalId>(1), query.instant(2)};
  row.name = std::move(name);
  co_return row;
}

Task<Result<std::vector<OutboxRow>>> SqliteStore::outbox(std::uint32_t limit) {
  Query query = connection_.query(Sql::outbox);
  query.bind(std::int64_t{limit});
  std::vector<OutboxRow> rows;
  while (true) {
    CO_TRY_ASSIGN(const bool found, query.step());
    if (!found) co_return rows;
    rows.push_back(
        {static_cast<AccountId>(query.integer(0)), query.id<EntryId>(1), query.bytes(2)});
  }
}

Task<Result<std::uint64_t>> SqliteStore::outbox_size() {
  Query query = connection_.query(Sql::outbox_size);
  CO_TRY(query.step());
  co_return static_cast<std::uint64_t>(query.integer(0));
}

Task<Result<void>> SqliteStore::commit(WriteBatch batch) {
  if (batch.empty()) co_return Result<void>();
  co_return co_await file_.commit(std::make_unique<BatchChange>(std::move(batch), stamps_));
}

Task<Result<void>> SqliteStore::scrub() {
  co_return co_await file_.scrub();
}

}  // namespace velum
