#pragma once
// Task<T>: a coroutine on an event loop. Nothing that it awaits may throw; failures are Results.
//
// g++ 12 can free a lambda's captures twice when the lambda is written inside a co_await
// expression: name the lambda first (tools/tidy.py refuses the other form).

#include <boost/asio/awaitable.hpp>

namespace velum {

template <typename T>
using Task = boost::asio::awaitable<T>;

}  // namespace velum
