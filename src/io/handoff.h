#pragma once
// Waiting, in a coroutine, for another thread: suspend() starts something and resumes the
// coroutine on its own loop with the one value that is handed back.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "io/task.h"

namespace velum {

// Hands one value to a waiting coroutine, from any thread. Calls after the first do nothing, and
// so does the first if the waiter gave up. May outlive the waiter; may not outlive its event loop.
template <typename T>
using Resolve = std::function<void(T)>;

namespace detail {

// Shared by the coroutine and by whoever resolves it. The timer is only a way to sleep until
// woken: it is cancelled on its own loop, since a timer is not for two threads.
template <typename T>
struct Rendezvous {
  explicit Rendezvous(const boost::asio::any_io_executor& executor) : timer(executor) {}

  boost::asio::steady_timer timer;
  std::mutex mutex;
  std::optional<T> value;
  bool abandoned = false;
};

}  // namespace detail

// Calls start(resolve) and waits at most `timeout` for resolve(value); nullopt when it passes.
template <typename T, typename Start>
Task<std::optional<T>> suspend_for(std::chrono::nanoseconds timeout, Start start) {
  const auto executor = co_await boost::asio::this_coro::executor;
  auto meeting = std::make_shared<detail::Rendezvous<T>>(executor);
  if (timeout == std::chrono::nanoseconds::max()) {
    meeting->timer.expires_at(boost::asio::steady_timer::time_point::max());
  } else {
    meeting->timer.expires_after(timeout);
  }

  Resolve<T> resolve = [meeting, executor](T value) {
    {
      const std::lock_guard lock(meeting->mutex);
      if (meeting->abandoned || meeting->value) return;
      meeting->value.emplace(std::move(value));
    }
    boost::asio::post(executor, [meeting] { meeting->timer.cancel(); });
  };
  start(std::move(resolve));

  // The cancel is posted to this loop, so it cannot run between this check and the wait.
  bool waiting = false;
  {
    const std::lock_guard lock(meeting->mutex);
    waiting = !meeting->value.has_value();
  }
  if (waiting) {
    boost::system::error_code ignored;
    co_await meeting->timer.async_wait(
        boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }
  const std::lock_guard lock(meeting->mutex);
  meeting->abandoned = true;
  co_return std::move(meeting->value);
}

// The same without a limit.
template <typename T, typename Start>
Task<T> suspend(Start start) {
  auto value = co_await suspend_for<T>(std::chrono::nanoseconds::max(), std::move(start));
  co_return std::move(*value);
}

}  // namespace velum
