#include "http/server.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>
#include <vector>

#include "http/connection.h"

namespace velum {
namespace {

namespace asio = boost::asio;

// Fine enough for the shortest deadline, and no finer than that needs.
std::chrono::milliseconds tick_length_for(const HttpLimits& limits) {
  const auto shortest = std::min(
      {limits.header_deadline, limits.body_deadline, limits.idle_deadline, limits.write_deadline});
  return std::clamp<std::chrono::milliseconds>(shortest / 4, std::chrono::milliseconds(10),
                                               std::chrono::milliseconds(250));
}

}  // namespace

struct HttpServer::State : std::enable_shared_from_this<HttpServer::State> {
  State(EventLoop& event_loop, HttpHandler& handler, const HttpLimits& limits, Log& server_log)
      : loop(event_loop),
        log(server_log),
        group{handler, limits, tick_length_for(limits)},
        sweep_timer(event_loop.context()) {}

  void serve(std::unique_ptr<Acceptor> acceptor);
  void drain(std::chrono::milliseconds limit, std::function<void()> done);
  void finish_drain_if_over();

  static Task<void> accept_all(std::shared_ptr<State> state, Acceptor& acceptor);
  static Task<void> serve_one(std::shared_ptr<State> state, std::unique_ptr<Stream> stream);
  static Task<void> sweep(std::shared_ptr<State> state);

  EventLoop& loop;
  Log& log;
  ConnectionGroup group;
  std::vector<std::unique_ptr<Acceptor>> acceptors;
  asio::steady_timer sweep_timer;
  bool sweeping = false;
  Tick drain_deadline = 0;
  std::function<void()> drained;
};

void HttpServer::State::serve(std::unique_ptr<Acceptor> acceptor) {
  if (group.draining) {
    acceptor->close();
    return;
  }
  acceptors.push_back(std::move(acceptor));
  loop.start(accept_all(shared_from_this(), *acceptors.back()));
  if (!std::exchange(sweeping, true)) loop.start(sweep(shared_from_this()));
}

Task<void> HttpServer::State::accept_all(std::shared_ptr<State> state, Acceptor& acceptor) {
  while (true) {
    auto stream = co_await acceptor.accept();
    if (!stream && stream.error().code() == ErrorCode::cancelled) co_return;
    if (!stream) {
      state->log.warning("connection_not_accepted", {{"error", stream.error().code()}});
      continue;
    }
    if (state->group.statistics.connections_open >= state->group.limits.connections_max) {
      // Closed unanswered: an answer would have to be waited for, and there is no room to wait.
      ++state->group.statistics.refused_total;
      continue;
    }
    state->loop.start(serve_one(state, *std::move(stream)));
  }
}

Task<void> HttpServer::State::serve_one(std::shared_ptr<State> state,
                                        std::unique_ptr<Stream> stream) {
  {
    Connection connection(state->group, std::move(stream));
    co_await connection.run();
  }
  state->finish_drain_if_over();
}

Task<void> HttpServer::State::sweep(std::shared_ptr<State> state) {
  ConnectionGroup& group = state->group;
  while (state->sweeping) {
    state->sweep_timer.expires_after(group.tick_length);
    boost::system::error_code ignored;
    co_await state->sweep_timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    ++group.now;
    for (Connection& connection : group.connections) connection.check_deadline();
    if (group.draining && group.now >= state->drain_deadline) {
      for (Connection& connection : group.connections) connection.abort();
      // A handler that is still at work notices when it has finished; it is not waited for.
      if (group.now > state->drain_deadline + 1) state->group.connections.clear();
      state->finish_drain_if_over();
    }
  }
}

void HttpServer::State::drain(std::chrono::milliseconds limit, std::function<void()> done) {
  VELUM_CHECK(!drained);
  drained = std::move(done);
  group.draining = true;
  drain_deadline = group.tick_after(limit);
  for (const auto& acceptor : acceptors) acceptor->close();
  for (Connection& connection : group.connections) connection.stop_if_idle();
  finish_drain_if_over();
}

void HttpServer::State::finish_drain_if_over() {
  if (!group.draining || !drained || !group.connections.empty()) return;
  sweeping = false;
  sweep_timer.cancel();
  asio::post(loop.context(), std::exchange(drained, nullptr));
}

HttpServer::HttpServer(EventLoop& loop, HttpHandler& handler, HttpLimits limits, Log& log)
    : state_(std::make_shared<State>(loop, handler, limits, log)) {}

HttpServer::~HttpServer() = default;

void HttpServer::serve(std::unique_ptr<Acceptor> acceptor) {
  auto start = [state = state_, acceptor = std::move(acceptor)]() mutable {
    state->serve(std::move(acceptor));
  };
  asio::dispatch(state_->loop.context(), std::move(start));
}

void HttpServer::drain(std::chrono::milliseconds limit, std::function<void()> done) {
  auto start = [state = state_, limit, done = std::move(done)]() mutable {
    state->drain(limit, std::move(done));
  };
  asio::post(state_->loop.context(), std::move(start));
}

HttpServerStatistics HttpServer::statistics() const {
  return state_->group.statistics;
}

}  // namespace velum
