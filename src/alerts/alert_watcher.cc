#include "alerts/alert_watcher.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>
#include <utility>

#include "alerts/alert_settings.h"
#include "audit/tile_tree.h"
#include "io/repeat.h"

namespace velum {
namespace {

// How far a receiver's place may be behind when nothing was found: read again after a restart.
constexpr std::uint64_t unsaved_max = 4'096;
constexpr std::chrono::milliseconds look_pause{200};
// Between two old bundles that are looked at again.
constexpr std::chrono::seconds patrol_pause{1};
// Longer than any budget's window.
constexpr std::chrono::hours exceeded_kept{25};
// What no entry of the log says is for all receivers.
constexpr std::uint64_t no_entry = UINT64_MAX;

// One look takes no more than one bundle of the log's files.
std::uint64_t next_bundle(std::uint64_t number) {
  return (number / tile_width + 1) * tile_width;
}

std::uint64_t first_wanted(const std::vector<WebhookRow>& webhooks) {
  const auto earlier = [](const WebhookRow& left, const WebhookRow& right) {
    return left.next_entry < right.next_entry;
  };
  return std::min_element(webhooks.begin(), webhooks.end(), earlier)->next_entry;
}

}  // namespace

Task<void> AlertWatcher::run() {
  const auto tell = [this](const Error& why) {
    parts_.log.error("alerts_wait", {{"code", why.code()}});
  };
  return repeat({look_pause, look_pause, [this] { return look_at_all(); }, tell}, parts_.clock,
                stopping_);
}

// Whoever sends has a turn between two looks.
Task<Result<void>> AlertWatcher::look_at_all() {
  while (!stopping_) {
    CO_TRY_ASSIGN(const bool more, co_await look());
    if (!more) break;
    co_await boost::asio::post(parts_.loop.context(), boost::asio::use_awaitable);
  }
  co_return Result<void>();
}

Task<Result<bool>> AlertWatcher::look() {
  patrol();
  Result<bool> all = false;
  for (const Account* account : accounts_) {
    Result<bool> more = co_await look_at(*account);
    if (all && (!more || *more)) all = std::move(more);
  }
  forget_old();
  co_return all;
}

Task<Result<bool>> AlertWatcher::look_at(const Account& account) {
  const bool log_fails = !parts_.audit.statistics().available;
  const Result<bool> read = co_await read_on(account);
  const bool reads_false = !read && read.error().code() == ErrorCode::corrupt;
  const bool is_false = reads_false || !patrol_.is_as_signed(account.id);
  CO_TRY(co_await tell_failure(AlertKind::audit_unavailable, account, log_fails));
  CO_TRY(co_await tell_failure(AlertKind::verification_failed, account, is_false));
  // That was told. What is behind it is looked at all the same.
  if (reads_false) looked_at_[account.id] = next_bundle(looked_at_[account.id]);
  co_return read;
}

void AlertWatcher::patrol() {
  if (accounts_.empty() || parts_.clock.monotonic() < patrol_at_) return;
  patrol_at_ = parts_.clock.monotonic() + patrol_pause;
  patrol_.look(accounts_[patrol_turn_]->id);
  patrol_turn_ = (patrol_turn_ + 1) % accounts_.size();
}

Task<Result<bool>> AlertWatcher::read_on(const Account& account) {
  CO_TRY_ASSIGN(const std::vector<WebhookRow> webhooks, co_await parts_.store.webhooks(account.id));
  if (webhooks.empty()) co_return false;
  const std::uint64_t saved = first_wanted(webhooks);
  std::uint64_t& from = looked_at_[account.id];
  // What was given up meanwhile is told to nobody: so old it is.
  from = std::max({from, saved, parts_.audit.pruned(account.id)});
  CO_TRY_ASSIGN(const std::uint64_t size, log_size(parts_.audit, account.id));
  if (from >= size) co_return false;
  const std::uint64_t to = std::min(size, next_bundle(from));
  CO_TRY_ASSIGN(const std::vector<Found> found, co_await find(account, from, to));
  Batch batch;
  for (const WebhookRow& row : webhooks) CO_TRY(co_await add(row, found, batch));
  if (!batch.writes.empty() || to - saved >= unsaved_max) {
    for (const WebhookRow& row : webhooks) {
      const std::uint64_t next = std::max(to, row.next_entry);
      batch.writes.emplace_back(AdvanceWebhook{account.id, row.id, next});
    }
  }
  CO_TRY(co_await commit(std::move(batch)));
  for (const Found& each : found) {
    if (each.alert.kind == AlertKind::budget_exceeded) {
      exceeded_.emplace(each.alert.id, parts_.clock.now());
    }
  }
  from = to;
  co_return to < size;
}

// The canaries are asked for after the entries: one that was marked before it was seen is among
// them.
Task<Result<std::vector<AlertWatcher::Found>>> AlertWatcher::find(const Account& account,
                                                                  std::uint64_t from,
                                                                  std::uint64_t to) {
  AuditSearch part;
  part.before = to;
  part.limit = static_cast<std::size_t>(to - from);
  CO_TRY_ASSIGN(const AuditPage page, parts_.audit.search(account.id, part));
  if (page.entries.size() != part.limit) {
    co_return Error(ErrorCode::storage_unavailable, "the log's newest files are being replaced");
  }
  CO_TRY_ASSIGN(const std::vector<CanaryRow> canaries, co_await parts_.store.canaries(account.id));
  std::set<Token> marked;
  for (const CanaryRow& row : canaries) marked.insert(row.subject);
  std::vector<Found> found;
  for (std::uint64_t number = from; number < to; ++number) {
    const std::string& entry = page.entries[static_cast<std::size_t>(to - 1 - number)];
    for (Alert& alert : alerts_of({account.id, number, entry}, marked)) {
      if (!exceeded_.contains(alert.id)) found.push_back({number, std::move(alert)});
    }
  }
  co_return found;
}

// What of it the receiver is to be told.
Task<Result<void>> AlertWatcher::add(const WebhookRow& webhook, const std::vector<Found>& found,
                                     Batch& batch) {
  if (found.empty()) co_return Result<void>();
  CO_TRY_ASSIGN(std::uint64_t waiting,
                co_await parts_.store.alert_count(webhook.account, webhook.id));
  const Instant now = parts_.clock.now();
  for (const Found& each : found) {
    if (each.number < webhook.next_entry || !wants(webhook, each.alert.kind)) continue;
    if (waiting >= alerts_waiting_max) {
      ++batch.dropped;
      continue;
    }
    ++waiting;
    batch.writes.emplace_back(
        InsertAlert{{webhook.account, webhook.id, each.alert.id, each.alert.body, 0, now, now}});
  }
  co_return Result<void>();
}

Task<Result<void>> AlertWatcher::commit(Batch batch) {
  if (!batch.writes.empty()) CO_TRY(co_await parts_.store.commit(std::move(batch.writes)));
  dropped_ += batch.dropped;
  co_return Result<void>();
}

// Once when it begins. Where that cannot be kept, it is tried again at the next look.
Task<Result<void>> AlertWatcher::tell_failure(AlertKind kind, const Account& account, bool fails) {
  const std::pair key(account.id, kind);
  if (!fails) failing_.erase(key);
  if (!fails || failing_.contains(key)) co_return Result<void>();
  CO_TRY(co_await put_event(kind, account));
  failing_.insert(key);
  if (kind == AlertKind::verification_failed) {
    parts_.log.error("audit_not_as_signed", {{"account", account.id}});
  }
  co_return Result<void>();
}

Task<Result<void>> AlertWatcher::put_event(AlertKind kind, const Account& account) {
  CO_TRY_ASSIGN(const std::vector<WebhookRow> webhooks, co_await parts_.store.webhooks(account.id));
  const AlertId id = AlertId::random(parts_.random);
  const std::vector<Found> found{
      {no_entry, alert_of({kind, account.id, account.name, id, parts_.clock.now()})}};
  Batch batch;
  for (const WebhookRow& row : webhooks) CO_TRY(co_await add(row, found, batch));
  co_return co_await commit(std::move(batch));
}

void AlertWatcher::forget_old() {
  const Instant now = parts_.clock.now();
  std::erase_if(exceeded_, [now](const auto& told) { return told.second + exceeded_kept < now; });
}

}  // namespace velum
