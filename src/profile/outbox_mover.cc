#include "profile/outbox_mover.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace velum {
namespace {

constexpr std::uint32_t batch_size = 512;
// How long an entry may wait in the outbox of a quiet store.
constexpr std::chrono::milliseconds pause{25};
constexpr std::chrono::milliseconds mover_pause_after_failure{250};

}  // namespace

Task<Result<std::size_t>> OutboxMover::move_some() {
  CO_TRY_ASSIGN(const std::vector<OutboxRow> rows, co_await store_.outbox(batch_size));
  if (rows.empty()) {
    size_ = 0;
    audit_.outbox_is_empty();
    co_return std::size_t{0};
  }
  std::vector<EncodedEntry> entries;
  std::vector<EntryId> ids;
  WriteBatch deletions;
  for (const OutboxRow& row : rows) {
    CO_TRY_ASSIGN(EncodedEntry entry, unpack(row.entry));
    entries.push_back(std::move(entry));
    ids.push_back(row.id);
    deletions.emplace_back(DeleteOutbox{row.account, row.id});
  }
  CO_TRY(co_await audit_.take_outbox(std::move(entries)));
  CO_TRY(co_await store_.commit(std::move(deletions)));
  audit_.forget_outbox(ids);
  co_return rows.size();
}

Task<Result<void>> OutboxMover::drain() {
  while (true) {
    CO_TRY_ASSIGN(const std::size_t moved, co_await move_some());
    if (moved == 0) co_return Result<void>();
  }
}

Task<void> OutboxMover::run() {
  boost::asio::steady_timer timer(loop_.context());
  bool failing = false;
  while (!stopping_) {
    const auto moved = co_await move_some();
    if (!moved && !failing) {
      log_.warning("outbox_waits", {{"code", moved.error().code()}});
    }
    failing = !moved;
    if (failing) {
      if (const auto size = co_await store_.outbox_size()) size_ = *size;
    }
    if (moved && *moved == batch_size) continue;
    timer.expires_after(failing ? mover_pause_after_failure : pause);
    boost::system::error_code ignored;
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }
}

}  // namespace velum
