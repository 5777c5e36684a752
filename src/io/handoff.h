#pragma once
// Waiting, in a coroutine, for another thread: suspend() starts something and resumes the
// coroutine on its own loop with the one value that is handed back.

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
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

// The first value counts.
template <typename T>
void fulfil(const std::shared_ptr<Promise<T>>& promise, T value) {
  using State = typename Promise<T>::State;
  if (promise->taken.exchange(true)) return;
  promise->value.emplace(std::move(value));
  if (promise->state.exchange(State::resolved) == State::waiting) resume(promise);
}

// Suspends until the promise is fulfilled, which may have happened. Nothing of the coroutine's
// frame holds the promise meanwhile: so held, it would stay for ever.
template <typename T>
Task<T> value_of(std::shared_ptr<Promise<T>> promise) {
  using State = typename Promise<T>::State;
  if (promise->state.load() == State::resolved) co_return std::move(*promise->value);
  Promise<T>* const kept_by_resume = promise.get();
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

}  // namespace detail

// Calls start(resolve) and waits for resolve(value), however long.
template <typename T, typename Start>
Task<T> suspend(Start start) {
  auto promise = std::make_shared<detail::Promise<T>>(co_await boost::asio::this_coro::executor);
  // A temporary: held by this frame, it would keep the promise alive for ever.
  start(Resolve<T>([promise](T value) { detail::fulfil(promise, std::move(value)); }));
  co_return co_await detail::value_of(std::move(promise));
}

// The same for at most `timeout`; nullopt when it passes.
template <typename T, typename Start>
Task<std::optional<T>> suspend_for(std::chrono::nanoseconds timeout, Start start) {
  const auto executor = co_await boost::asio::this_coro::executor;
  auto promise = std::make_shared<detail::Promise<std::optional<T>>>(executor);
  start(Resolve<T>(
      [promise](T value) { detail::fulfil(promise, std::optional<T>(std::move(value))); }));
  boost::asio::steady_timer timer(executor, timeout);
  timer.async_wait([promise](const boost::system::error_code& cancelled) {
    if (!cancelled) detail::fulfil(promise, std::optional<T>());
  });
  co_return co_await detail::value_of(std::move(promise));
}

}  // namespace velum
