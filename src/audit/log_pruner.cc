#include "audit/log_pruner.h"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "audit/pruning.h"
#include "io/repeat.h"

namespace velum {
namespace {

constexpr std::chrono::minutes pause_after_failure{1};

}  // namespace

Task<void> LogPruner::run() {
  const auto tell = [this](const Error& why) {
    parts_.log.error("audit_prune_waits", {{"code", why.code()}});
  };
  return repeat({interval, pause_after_failure, [this] { return prune(); }, tell}, parts_.clock,
                stopping_);
}

Task<Result<void>> LogPruner::prune() {
  const TrustedClock::Check check = parts_.clock.check();
  // Nothing can be older than the store has run: by a clock that was behind once it may look so.
  if (!check.agrees || parts_.clock.running() < kept_) co_return Result<void>();
  Result<void> all;
  for (const AccountId account : accounts_) {
    auto done = co_await prune_log(account, check.settled - kept_);
    // Another store's entries do not wait for this one's.
    if (!done && all) all = std::move(done);
  }
  co_return all;
}

// A few bundles are looked at between two turns of the loop; one entry says how far all of them go.
// What is before one that cannot be read goes all the same.
Task<Result<void>> LogPruner::prune_log(AccountId account, Instant before) {
  const std::uint64_t pruned = parts_.audit.pruned(account);
  std::uint64_t count = pruned;
  Result<void> looked;
  while (!stopping_) {
    const auto older = parts_.audit.count_older(account, before, count);
    if (!older) looked = older.error();
    if (!older || *older == count) break;
    count = *older;
    co_await boost::asio::post(parts_.loop.context(), boost::asio::use_awaitable);
  }
  if (count > pruned) {
    AuditEntry entry = entry_for(account, count);
    CO_TRY(co_await parts_.audit.prune(std::move(entry)));
  }
  co_return looked;
}

AuditEntry LogPruner::entry_for(AccountId account, std::uint64_t count) const {
  AuditEntry entry =
      entry_by(by_itself("retention"), account, prune_action, parts_.clock.now(), parts_.random);
  entry.count = static_cast<std::uint32_t>(count);
  return entry;
}

}  // namespace velum
