// A server that gives every request the same answer, on one loop: what HTTP itself costs.
//
//   constant_server [port]      then, for example:  wrk -t1 -c64 -d10 http://127.0.0.1:8099/
//
// At SIGINT or SIGTERM it drains, and prints its requests and the processor time each took.

#include <sys/resource.h>

#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <cstdlib>

#include "http/server.h"

namespace velum {
namespace {

constexpr std::string_view body =
    R"([{"id":"5d8a1a6e-1f35-4f7e-9d7d-2c3b0d9f4c11","document":{"email":"a***@e***.com"}}])";

class ConstantHandler final : public HttpHandler {
 public:
  Task<HttpResponse> handle(const HttpRequest&) override {
    HttpResponse response;
    response.status = 200;
    append(response.body, body);
    co_return response;
  }
  HttpResponse refuse(int status, const Error&) override {
    HttpResponse response;
    response.status = status;
    return response;
  }
};

double processor_time_us() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

int run(std::uint16_t port) {
  EventLoop loop;
  ConstantHandler handler;
  NoLog log;
  HttpServer server(loop, handler, HttpLimits(), log);
  auto acceptor = listen_tcp(loop, {"127.0.0.1", port});
  if (!acceptor) {
    std::fprintf(stderr, "cannot listen on port %d\n", port);
    return 1;
  }
  std::fprintf(stderr, "port %d\n", (*acceptor)->port());
  server.serve(*std::move(acceptor));

  boost::asio::signal_set signals(loop.context(), SIGINT, SIGTERM);
  signals.async_wait(
      [&server](boost::system::error_code, int) { server.drain(std::chrono::seconds(1), [] {}); });
  const double before_us = processor_time_us();
  loop.run();
  const auto requests = server.statistics().requests_total;
  const double used_us = processor_time_us() - before_us;
  std::printf("%llu requests, %.2f us each\n", static_cast<unsigned long long>(requests),
              requests == 0 ? 0.0 : used_us / static_cast<double>(requests));
  return 0;
}

}  // namespace
}  // namespace velum

int main(int argc, char** argv) {
  return velum::run(static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 8099));
}
