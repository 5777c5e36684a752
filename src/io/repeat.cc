#include "io/repeat.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace velum {
namespace {

constexpr std::chrono::milliseconds tick{100};  // How long stopping may take.

}  // namespace

Task<void> sleep_for(std::chrono::nanoseconds duration) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, duration);
  boost::system::error_code ignored;
  co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
}

Task<void> repeat(Repetition repetition, const Clock& clock, const std::atomic<bool>& stopping) {
  bool failing = false;
  auto next = clock.monotonic();
  while (!stopping) {
    if (clock.monotonic() >= next) {
      const auto done = co_await repetition.work();
      if (!done && !failing) repetition.tell(done.error());
      failing = !done;
      next = clock.monotonic();
      next += failing ? repetition.after_failure : repetition.after_success;
    }
    co_await sleep_for(tick);
  }
}

}  // namespace velum
