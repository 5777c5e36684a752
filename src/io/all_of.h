#pragma once
// Several coroutines at once, on the loop of the one that waits for all of them.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>
#include <vector>

#include "io/event_loop.h"
#include "io/task.h"

namespace velum {

// Begins them in their order. What they refer to outlives the call, even if the loop is destroyed
// under it: whoever waits is destroyed with its frame then, and so are they.
inline Task<void> all_of(std::vector<Task<void>> tasks) {
  struct Gate {
    boost::asio::steady_timer timer;
    std::size_t left;
  };
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto gate = std::make_shared<Gate>(Gate{boost::asio::steady_timer(executor), tasks.size()});
  gate->timer.expires_at(boost::asio::steady_timer::time_point::max());
  for (Task<void>& task : tasks) {
    const auto ended = [gate](std::exception_ptr thrown) {
      detail::PassOn()(std::move(thrown));
      if (--gate->left == 0) gate->timer.cancel();
    };
    boost::asio::co_spawn(executor, std::move(task), ended);
  }
  while (gate->left > 0) {
    boost::system::error_code cancelled;
    co_await gate->timer.async_wait(
        boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
  }
}

}  // namespace velum
