#pragma once
// EventLoop: one thread's io_context. Outlives every thread that may resolve what waits on it
// (io/handoff.h): such a thread can still be inside post() when its value is already in use.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "base/result.h"
#include "io/task.h"

namespace velum {

namespace detail {

// An exception that ends a coroutine ends the process, where run() was called. Asio's `detached`
// would drop it: the loop would go on without whatever the coroutine did for it.
struct PassOn {
  template <typename... Results>
  void operator()(std::exception_ptr thrown, Results&&...) const {
    if (thrown) std::rethrow_exception(std::move(thrown));
  }
};

}  // namespace detail

class EventLoop {
 public:
  EventLoop() : context_(1) {}  // 1: this thread only, no locks that a loop of its own needs not.

  boost::asio::io_context& context() { return context_; }

  // Runs until stop(), or until nothing is left to do.
  void run() { context_.run(); }
  void stop() { context_.stop(); }  // Any thread.

  // Starts a coroutine that reports to nobody. Any thread.
  template <typename T>
  void start(Task<T> task) {
    boost::asio::co_spawn(context_, std::move(task), detail::PassOn());
  }

  // Runs one coroutine to its end on the calling thread: for commands, start-up and tests.
  template <typename T>
  T run_to_end(Task<T> task) {
    std::optional<T> result;
    auto keep = [&result](Task<T> inner) -> Task<void> {
      result.emplace(co_await std::move(inner));
    };
    boost::asio::co_spawn(context_, keep(std::move(task)), detail::PassOn());
    context_.restart();
    while (!result) {
      // Everything a coroutine waits for counts as work, so an idle loop here is a lost wake-up.
      VELUM_CHECK(context_.run_one() > 0);
    }
    return std::move(*result);
  }

 private:
  boost::asio::io_context context_;
};

}  // namespace velum
