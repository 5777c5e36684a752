#pragma once
// A Store that hands everything on to another: for a test that steps in at one call.

#include <utility>

#include "storage/store.h"

namespace velum {

class ForwardingStore : public Store {
 public:
  explicit ForwardingStore(Store& store) : store_(store) {}

  Task<Result<RecordRow>> read(RecordKey key, std::optional<VersionId> version, Rendition rendition,
                               Instant now) override {
    return store_.read(key, version, rendition, now);
  }
  Task<Result<RecordList>> records(SubjectRecords of, Rendition rendition, Instant now,
                                   std::uint32_t limit) override {
    return store_.records(of, rendition, now, limit);
  }
  Task<Result<std::vector<RecordRow>>> prospects(ListPage page, Rendition rendition,
                                                 Instant now) override {
    return store_.prospects(page, rendition, now);
  }
  Task<Result<ScannedRecords>> scan(ScanPage page, Rendition rendition, Instant now) override {
    return store_.scan(page, rendition, now);
  }
  ChangeStamp change_stamp(AccountId account, Token subject) const override {
    return store_.change_stamp(account, subject);
  }
  Task<Result<std::vector<VersionInfo>>> versions(RecordKey key, std::optional<VersionId> before,
                                                  std::uint32_t limit) override {
    return store_.versions(key, before, limit);
  }
  Task<Result<std::vector<RecordKey>>> find(AccountId account, LookupField field, Bytes digest,
                                            Instant now) override {
    return store_.find(account, field, std::move(digest), now);
  }
  Task<Result<IdempotencyRow>> find_idempotency(AccountId account, PrincipalId principal,
                                                Bytes key_digest, Instant now) override {
    return store_.find_idempotency(account, principal, std::move(key_digest), now);
  }
  Task<Result<std::vector<ExpiredRecord>>> expired(AccountId account, Instant now,
                                                   std::uint32_t limit) override {
    return store_.expired(account, now, limit);
  }
  Task<Result<std::vector<ExpiredRecord>>> swept(AccountId account, Ticks running,
                                                 std::uint32_t limit) override {
    return store_.swept(account, running, limit);
  }
  Task<Result<std::optional<ClockState>>> clock() override { return store_.clock(); }
  Task<Result<std::vector<WalkedVersion>>> walk(AccountId account, WalkPlace after,
                                                std::uint32_t limit) override {
    return store_.walk(account, after, limit);
  }
  Task<Result<std::vector<SchemaRow>>> schemas(AccountId account) override {
    return store_.schemas(account);
  }
  Task<Result<std::vector<JobRow>>> open_jobs(AccountId account) override {
    return store_.open_jobs(account);
  }
  Task<Result<JobRow>> job(AccountId account, JobId id) override { return store_.job(account, id); }
  Task<Result<std::vector<AccountRow>>> accounts() override { return store_.accounts(); }
  Task<Result<AccessRows>> access(AccountId account) override { return store_.access(account); }
  Task<Result<std::vector<WebhookRow>>> webhooks(AccountId account) override {
    return store_.webhooks(account);
  }
  Task<Result<std::vector<CanaryRow>>> canaries(AccountId account) override {
    return store_.canaries(account);
  }
  Task<Result<std::vector<AlertRow>>> due_alerts(AccountId account, WebhookId webhook, Instant now,
                                                 std::uint32_t limit) override {
    return store_.due_alerts(account, webhook, now, limit);
  }
  Task<Result<std::uint64_t>> alert_count(AccountId account, WebhookId webhook) override {
    return store_.alert_count(account, webhook);
  }
  Task<Result<std::vector<AuditQueryRow>>> audit_queries(AccountId account) override {
    return store_.audit_queries(account);
  }
  Task<Result<AuditQueryRow>> audit_query(AccountId account, std::string name) override {
    return store_.audit_query(account, std::move(name));
  }
  Task<Result<std::vector<OutboxRow>>> outbox(std::uint32_t limit) override {
    return store_.outbox(limit);
  }
  Task<Result<std::uint64_t>> outbox_size() override { return store_.outbox_size(); }
  Task<Result<void>> commit(WriteBatch batch) override { return store_.commit(std::move(batch)); }
  Task<Result<void>> scrub() override { return store_.scrub(); }

 private:
  Store& store_;
};

}  // namespace velum
