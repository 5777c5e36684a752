#include "profile/sweeper.h"

#include <utility>

#include "io/repeat.h"
#include "profile/entity_rules.h"

namespace velum {
namespace {

// Short commits, since requests wait behind them.
constexpr std::uint32_t keys_a_commit = 1024;
constexpr std::uint32_t records_a_commit = 256;

}  // namespace

Task<Result<void>> Sweeper::resume(TrustedClock& clock, ClockTrust trust, Store& store,
                                   std::vector<AccountId> accounts) {
  CO_TRY_ASSIGN(const std::optional<ClockState> saved, co_await store.clock());
  if (saved) clock.resume(*saved, trust);
  if (trust == ClockTrust::what_was_saved) co_return Result<void>();
  WriteBatch batch;
  for (const AccountId account : accounts) batch.emplace_back(ShowHidden{account, clock.now()});
  batch.emplace_back(SaveClock{clock.state()});
  co_return co_await store.commit(std::move(batch));
}

TrustedClock::Check Sweeper::check_clock() {
  const TrustedClock::Check check = parts_.clock.check();
  const bool agreed = std::exchange(agreed_, check.agrees);
  if (agreed && !check.agrees) parts_.log.warning("clock_jumped");
  if (!agreed && check.agrees) parts_.log.info("clock_agrees_again");
  return check;
}

// What it cannot say now it says with the next sweep.
Task<Result<void>> Sweeper::sweep_keys(Instant passed) {
  WriteBatch batch;
  for (const AccountId account : accounts_) {
    batch.emplace_back(SweepIdempotencyKeys{account, passed, keys_a_commit});
  }
  if (parts_.clock.agrees()) batch.emplace_back(SaveClock{parts_.clock.state()});
  co_return co_await parts_.store.commit(std::move(batch));
}

Task<Result<void>> Sweeper::hide(AccountId account, Instant passed) {
  while (!stopping_) {
    CO_TRY_ASSIGN(const std::vector<ExpiredRecord> expired,
                  co_await parts_.store.expired(account, passed, records_a_commit));
    if (expired.empty()) break;
    WriteBatch batch;
    for (const ExpiredRecord& record : expired) {
      batch.emplace_back(HideExpired{record.key, passed, parts_.clock.running()});
    }
    CO_TRY(co_await parts_.store.commit(std::move(batch)));
  }
  co_return Result<void>();
}

// Whether anything was.
Task<Result<bool>> Sweeper::shred(AccountId account) {
  bool any = false;
  while (!stopping_ && parts_.outbox.has_room()) {
    CO_TRY_ASSIGN(const std::vector<ExpiredRecord> hidden,
                  co_await parts_.store.swept(account, parts_.clock.running() - Ticks(grace),
                                              records_a_commit));
    if (hidden.empty()) break;
    WriteBatch batch;
    for (const ExpiredRecord& record : hidden) {
      batch.emplace_back(ShredHidden{record.key});
      batch.emplace_back(entry_of(record));
    }
    CO_TRY(co_await parts_.store.commit(std::move(batch)));
    any = true;
  }
  co_return any;
}

InsertOutbox Sweeper::entry_of(const ExpiredRecord& record) {
  AuditEntry entry =
      entry_by(by_itself("time to live"), record.key.account, write_action("Expire", record.entity),
               parts_.clock.now(), parts_.random);
  entry.entity = record.entity;
  entry.token = record.key.subject;
  entry.record = record.key.record;
  return InsertOutbox{{entry.account, entry.id, parts_.audit.encode_for_outbox(entry)}};
}

Task<Result<void>> Sweeper::sweep() {
  const TrustedClock::Check check = check_clock();
  CO_TRY(co_await sweep_keys(check.passed));
  bool any_shredded = false;
  for (const AccountId account : accounts_) {
    CO_TRY(co_await hide(account, check.passed));
    if (!check.agrees) continue;
    CO_TRY_ASSIGN(const bool shredded, co_await shred(account));
    any_shredded = any_shredded || shredded;
  }
  // Their keys must not stay readable in the log's file.
  if (any_shredded) CO_TRY(co_await parts_.store.scrub());
  co_return Result<void>();
}

Task<void> Sweeper::run() {
  const auto tell = [this](const Error& why) {
    parts_.log.warning("sweep_failed", {{"code", why.code()}});
  };
  return repeat({interval, interval, [this] { return sweep(); }, tell}, parts_.clock, stopping_);
}

}  // namespace velum
