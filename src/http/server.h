#pragma once
// HttpServer: HTTP/1.1 connections of one event loop.
//
// Refuses, before a handler sees it, whatever two parsers could read differently (framing_guard.h).
// Deadlines are fixed when a phase begins: a byte a second renews nothing. Pipelined requests are
// answered in order, their answers written together. Memory per idle connection is a few KiB.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/log.h"
#include "http/limits.h"
#include "http/message.h"
#include "io/acceptor.h"
#include "io/event_loop.h"

namespace velum {

struct HttpServerStatistics {  // Of one loop; read on its thread.
  std::uint64_t connections_open = 0;
  std::uint64_t connections_total = 0;
  std::uint64_t requests_total = 0;
  std::uint64_t refused_total = 0;  // By the guard or a limit.
};

class HttpServer {
 public:
  // The references outlive the server, and the server outlives the loop's last run().
  HttpServer(EventLoop& loop, HttpHandler& handler, HttpLimits limits, Log& log);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  HttpServer(HttpServer&&) = delete;
  HttpServer& operator=(HttpServer&&) = delete;
  ~HttpServer();

  // Serves what `acceptor` brings until drain(). May be called for several acceptors. Any thread.
  void serve(std::unique_ptr<Acceptor> acceptor);

  // Stops accepting, lets running requests finish (answering with Connection: close), closes idle
  // connections at once, and aborts what is left after `limit`; then calls `done` on the loop.
  // Any thread.
  void drain(std::chrono::milliseconds limit, std::function<void()> done);

  HttpServerStatistics statistics() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace velum
