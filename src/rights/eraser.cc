#include "rights/eraser.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace velum {
namespace {

constexpr std::string_view erase_action = "ProfileSystemUserRightsDelete";
constexpr std::size_t replay_batch_max = 512;

// By its root record too, so that a search for either finds the entry.
void name_subject(AuditEntry& entry, Token subject) {
  entry.token = subject;
  entry.record = RecordId(subject.uuid());
}

}  // namespace

AuditEntry Eraser::entry_for(const Caller& caller, AuditOutcome outcome) {
  AuditEntry entry = entry_by(caller.decision, caller.account->id, erase_action, parts_.clock.now(),
                              parts_.random);
  entry.outcome = outcome;
  entry.entity = caller.entity();
  entry.request = caller.request;
  return entry;
}

AuditEntry Eraser::replay_entry(AccountId account, Token subject) {
  AuditEntry entry = entry_by(by_itself("erasure ledger"), account, erase_action,
                              parts_.clock.now(), parts_.random);
  name_subject(entry, subject);
  return entry;
}

Task<Result<std::uint32_t>> Eraser::erase_by_email(Caller caller, Sensitive email) {
  // The look-up of one that failed after its commit is gone: asked again, it must not be "nobody".
  CO_TRY(co_await finish_begun(caller.account->id));
  std::set<Token> erased;
  // In this order: a prospect who becomes a profile meanwhile is found as the one or as the other.
  for (const EntityId entity : {EntityId::prospect, EntityId::profile}) {
    Caller of_entity = caller;
    of_entity.decision.entity = entity;
    CO_TRY(co_await erase_holders(of_entity, email, erased));
  }
  if (erased.empty()) {
    // That somebody asked is on record, though there was nobody to erase.
    CO_TRY(co_await parts_.audit.record(entry_for(caller, AuditOutcome::done)));
  }
  co_return static_cast<std::uint32_t>(erased.size());
}

Task<Result<void>> Eraser::erase_holders(const Caller& caller, const Sensitive& email,
                                         std::set<Token>& erased) {
  while (true) {
    CO_TRY_ASSIGN(const std::vector<RecordKey> found,
                  co_await engine_.holders(caller, caller.entity(), "email", email.text()));
    if (found.empty()) co_return Result<void>();
    for (const RecordKey& key : found) {
      // Never "done" over somebody who is still there, and no loop without an end either.
      if (!erased.insert(key.subject).second) {
        co_return Error(ErrorCode::corrupt, "somebody who was erased is still found");
      }
      CO_TRY(co_await erase(caller, key.subject));
    }
  }
}

// One that is under way on this loop may be finished twice, which changes nothing but the log.
Task<Result<void>> Eraser::finish_begun(AccountId account) {
  for (const ErasureEntry& erased : parts_.ledger.entries()) {
    if (erased.account != account || erased.step != ErasureStep::begin) continue;
    CO_TRY(co_await finish(replay_entry(account, erased.token), erased.token));
  }
  co_return Result<void>();
}

Task<Result<void>> Eraser::erase(const Caller& caller, Token subject) {
  AuditEntry begun = entry_for(caller, AuditOutcome::begun);
  name_subject(begun, subject);
  CO_TRY(co_await parts_.audit.record(std::move(begun)));
  CO_TRY(
      parts_.ledger.append({caller.account->id, subject, parts_.clock.now(), ErasureStep::begin}));
  AuditEntry done = entry_for(caller, AuditOutcome::done);
  name_subject(done, subject);
  co_return co_await finish(std::move(done), subject);
}

// From the ledger's entry on. `entry` is the completion's.
Task<Result<void>> Eraser::finish(AuditEntry entry, Token subject) {
  const AccountId account = entry.account;
  WriteBatch batch;
  batch.emplace_back(DeleteSubject{account, subject});
  CO_TRY(co_await parts_.store.commit(std::move(batch)));
  CO_TRY(co_await parts_.store.scrub());
  CO_TRY(co_await forget_elsewhere(account, std::vector<Token>(1, subject)));
  entry.time = parts_.clock.now();
  CO_TRY(co_await parts_.audit.record(std::move(entry)));
  co_return parts_.ledger.append({account, subject, parts_.clock.now(), ErasureStep::done});
}

Task<Result<void>> Eraser::forget_elsewhere(AccountId account, std::vector<Token> subjects) {
  if (parts_.elsewhere == nullptr || subjects.empty()) co_return Result<void>();
  co_return co_await parts_.elsewhere->forget(account, std::move(subjects));
}

// Expired or not: a subject's root record has the subject's own token as its id.
Task<Result<bool>> Eraser::is_there(AccountId account, Token subject) {
  const auto row = co_await parts_.store.read({account, subject, RecordId(subject.uuid())},
                                              std::nullopt, Rendition::masked, Instant::min());
  if (row) co_return true;
  if (row.error().code() == ErrorCode::not_found) co_return false;
  co_return row.error();
}

Task<Result<void>> Eraser::replay(std::vector<AccountId> accounts) {
  std::uint64_t brought_back = 0;
  WriteBatch batch;
  // An older copy of what modules keep may have been put back, too.
  std::map<AccountId, std::vector<Token>> forgotten;
  for (const ErasureEntry& erased : parts_.ledger.entries()) {
    // The ledger may cover stores that are not in this data directory.
    if (std::find(accounts.begin(), accounts.end(), erased.account) == accounts.end()) continue;
    CO_TRY_ASSIGN(const bool there, co_await is_there(erased.account, erased.token));
    if (there || erased.step == ErasureStep::begin) {
      brought_back += there && erased.step == ErasureStep::done;
      CO_TRY(co_await finish(replay_entry(erased.account, erased.token), erased.token));
      continue;
    }
    // Without its root record a subject should have nothing, but nothing rests on "should" here.
    batch.emplace_back(DeleteSubject{erased.account, erased.token});
    forgotten[erased.account].push_back(erased.token);
    if (batch.size() == replay_batch_max) {
      CO_TRY(co_await parts_.store.commit(std::exchange(batch, {})));
    }
  }
  if (!batch.empty()) CO_TRY(co_await parts_.store.commit(std::move(batch)));
  for (auto& [account, subjects] : forgotten) {
    CO_TRY(co_await forget_elsewhere(account, std::move(subjects)));
  }
  if (brought_back > 0) {
    parts_.log.warning("erased_subjects_were_back", {{"count", brought_back}});
  }
  co_return Result<void>();
}

}  // namespace velum
