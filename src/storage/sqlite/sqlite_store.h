#pragma once
// SqliteStore: one loop's reads, on a connection of its own, and its way to the writer. A read
// takes a few microseconds and runs on the loop itself.

#include "storage/sqlite/connection.h"
#include "storage/sqlite/sqlite_file.h"
#include "storage/store.h"

namespace velum {

class SqliteStore final : public Store {
 public:
  // Both outlive it.
  SqliteStore(SqliteFile& file, ChangeStamps& stamps) : file_(file), stamps_(stamps) {}
  Result<void> open();

  Task<Result<RecordRow>> read(RecordKey key, std::optional<VersionId> version, Rendition rendition,
                               Instant now) override;
  Task<Result<RecordList>> records(SubjectRecords of, Rendition rendition, Instant now,
                                   std::uint32_t limit) override;
  Task<Result<ScannedRecords>> scan(ScanPage page, Rendition rendition, Instant now) override;
  Task<Result<std::vector<RecordRow>>> prospects(ListPage page, Rendition rendition,
                                                 Instant now) override;
  ChangeStamp change_stamp(AccountId account, Token subject) const override {
    return stamps_.of(account, subject);
  }
  Task<Result<std::vector<VersionInfo>>> versions(RecordKey key, std::optional<VersionId> before,
                                                  std::uint32_t limit) override;
  Task<Result<std::vector<RecordKey>>> find(AccountId account, LookupField field, Bytes digest,
                                            Instant now) override;
  Task<Result<IdempotencyRow>> find_idempotency(AccountId account, PrincipalId principal,
                                                Bytes key_digest, Instant now) override;
  Task<Result<std::vector<ExpiredRecord>>> expired(AccountId account, Instant now,
                                                   std::uint32_t limit) override;
  Task<Result<std::vector<ExpiredRecord>>> swept(AccountId account, Ticks running,
                                                 std::uint32_t limit) override;
  Task<Result<std::optional<ClockState>>> clock() override;
  Task<Result<std::vector<SchemaRow>>> schemas(AccountId account) override;
  Task<Result<JobRow>> job(AccountId account, JobId id) override;
  Task<Result<std::vector<JobRow>>> open_jobs(AccountId account) override;
  Task<Result<std::vector<WalkedVersion>>> walk(AccountId account, WalkPlace after,
                                                std::uint32_t limit) override;
  Task<Result<std::vector<AccountRow>>> accounts() override;
  Task<Result<AccessRows>> access(AccountId account) override;
  Task<Result<std::vector<WebhookRow>>> webhooks(AccountId account) override;
  Task<Result<std::vector<CanaryRow>>> canaries(AccountId account) override;
  Task<Result<std::vector<AlertRow>>> due_alerts(AccountId account, WebhookId webhook, Instant now,
                                                 std::uint32_t limit) override;
  Task<Result<std::uint64_t>> alert_count(AccountId account, WebhookId webhook) override;
  Task<Result<std::vector<AuditQueryRow>>> audit_queries(AccountId account) override;
  Task<Result<AuditQueryRow>> audit_query(AccountId account, std::string name) override;
  Task<Result<std::vector<OutboxRow>>> outbox(std::uint32_t limit) override;
  Task<Result<std::uint64_t>> outbox_size() override;
  Task<Result<void>> commit(WriteBatch batch) override;
  Task<Result<void>> scrub() override;

 private:
  Result<void> fill_subjects(std::vector<RecordRow>& rows, Instant now);
  Result<SubjectHead> subject_head(AccountId account, Token subject, Instant now);
  Result<std::uint64_t> access_revision(AccountId account);
  Result<UnmaskPolicyRow> unmask_policy(AccountId account);
  Result<std::vector<UnmaskGrantRow>> unmask_grants(AccountId account);
  Result<std::vector<AppKeyRow>> app_keys(AccountId account);
  Result<std::vector<UserRow>> users(AccountId account);

  SqliteFile& file_;
  ChangeStamps& stamps_;
  SqliteConnection connection_;
};

}  // namespace velum
