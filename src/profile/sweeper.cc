#include "profile/sweeper.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace velum {
namespace {

constexpr std::chrono::seconds interval{60};
constexpr std::chrono::milliseconds tick{100};  // How long stop() may take.
// Short commits, since requests wait behind them; together more than a busy minute leaves behind.
constexpr std::uint32_t rows_a_commit = 1024;
constexpr int commits_an_account = 8;

}  // namespace

Task<Result<void>> Sweeper::sweep() {
  for (const AccountId account : accounts_) {
    for (int commit = 0; commit < commits_an_account && !stopping_; ++commit) {
      WriteBatch batch;
      batch.emplace_back(SweepIdempotencyKeys{account, parts_.clock.now(), rows_a_commit});
      CO_TRY(co_await parts_.store.commit(std::move(batch)));
    }
  }
  co_return Result<void>();
}

Task<void> Sweeper::run() {
  boost::asio::steady_timer timer(parts_.loop.context());
  bool failing = false;
  auto next = parts_.clock.monotonic();
  while (!stopping_) {
    if (parts_.clock.monotonic() >= next) {
      const auto swept = co_await sweep();
      if (!swept && !failing) parts_.log.warning("sweep_failed", {{"code", swept.error().code()}});
      failing = !swept;
      next = parts_.clock.monotonic() + interval;
    }
    timer.expires_after(tick);
    boost::system::error_code ignored;
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }
}

}  // namespace velum
