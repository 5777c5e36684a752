#pragma once
// Waiting, in a coroutine, for another thread: suspend() starts something and resumes the
// coroutine on its own loop with the one value that is handed back.

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "io/task.h"

namespace velum {

// Hands one value to a waiting coroutine, from any thread. Calls after the first do nothing, and
// so does the first if the waiter gave up. May outlive the waiter; may not outlive its event loop,
// not even uncalled.
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
    if (timeout == std::chrono::nanoseconds::max()) {
      meeting->timer.expires_at(boost::asio::steady_timer::time_point::max());
    } else {
      meeting->timer.expires_after(timeout);
    }
    boost::system::error_code ignored;
    co_await meeting->timer.async_wait(
        boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }
  const std::lock_guard lock(meeting->mutex);
  meeting->abandoned = true;
  co_return std::move(meeting->value);
}

namespace detail {

// Shared by whoever may resolve it, and not by the coroutine, which it would otherwise keep alive
// through its own frame: when the last Resolve is gone without a value, so is the coroutine.
template <typename T>
struct Promise {
  using Waiter =
      typename boost::asio::async_result<boost::asio::use_awaitable_t<>, void()>::handler_type;
  enum class State : std::uint8_t { open, waiting, resolved };

  explicit Promise(boost::asio::any_io_executor loop) : executor(std::move(loop)) {}

  boost::asio::any_io_executor executor;
  std::atomic<bool> taken{false};
  std::atomic<State> state{State::open};
  std::optional<T> value;        // Written before `resolved`.
  std::optional<Waiter> waiter;  // Written before `waiting`.
};

// Resumes the waiter on its loop, and only there.
template <typename T>
void resume(const std::shared_ptr<Promise<T>>& promise) {
  boost::asio::post(promise->executor, [promise] {
    auto waiter = std::move(*promise->waiter);
    promise->waiter.reset();
    std::move(waiter)();
  });
}

template <typename T>
Resolve<T> make_resolve(std::shared_ptr<Promise<T>> promise) {
  using State = typename Promise<T>::State;
  return [promise = std::move(promise)](T value) {
    if (promise->taken.exchange(true)) return;
    promise->value.emplace(std::move(value));
    if (promise->state.exchange(State::resolved) == State::waiting) resume(promise);
  };
}

}  // namespace detail

// The same without a limit, and so without a timer.
template <typename T, typename Start>
Task<T> suspend(Start start) {
  using Promise = detail::Promise<T>;
  using State = typename Promise::State;
  auto promise = std::make_shared<Promise>(co_await boost::asio::this_coro::executor);
  // A temporary: held by this frame, it would keep the promise alive for ever.
  start(detail::make_resolve(promise));
  if (promise->state.load() == State::resolved) co_return std::move(*promise->value);
  Promise* const kept_by_resume = promise.get();
  auto wait = [promise = std::move(promise)](auto waiter) mutable {
    const auto mine = std::move(promise);
    mine->waiter.emplace(std::move(waiter));
    State open = State::open;
    if (mine->state.compare_exchange_strong(open, State::waiting)) return;
    resume(mine);
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
      std::move(wait), boost::asio::use_awaitable);
  co_return std::move(*kept_by_resume->value);
}

}  // namespace velum
