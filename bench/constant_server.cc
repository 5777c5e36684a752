// A server that gives every request the same answer: what HTTP itself costs, on as many loops as
// Velum is given.
//
//   constant_server --port 8099 --threads 2 --body-bytes 600 [--tls-cert FILE --tls-key FILE]
//
// Prints its port when it listens; ends at SIGINT or SIGTERM.

#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "http/server.h"
#include "http/tls.h"
#include "io/system_file.h"

namespace velum {
namespace {

class ConstantHandler final : public HttpHandler {
 public:
  explicit ConstantHandler(std::size_t body_bytes) : body_(body_bytes, 'x') {
    body_.front() = body_.back() = '"';
  }
  Task<HttpResponse> handle(const HttpRequest&) override {
    HttpResponse response;
    response.status = 200;
    append(response.body, body_);
    co_return response;
  }
  HttpResponse refuse(int status, const Error&) override {
    HttpResponse response;
    response.status = status;
    return response;
  }

 private:
  std::string body_;
};

struct Options {
  std::uint16_t port = 0;
  int threads = 1;
  std::size_t body_bytes = 600;
  std::string tls_cert, tls_key;
};

Options parse(int argc, char** argv) {
  Options options;
  for (int at = 1; at + 1 < argc; at += 2) {
    const std::string_view name = argv[at];
    const char* value = argv[at + 1];
    if (name == "--port") options.port = static_cast<std::uint16_t>(std::atoi(value));
    if (name == "--threads") options.threads = std::atoi(value);
    if (name == "--body-bytes") options.body_bytes = static_cast<std::size_t>(std::atoi(value));
    if (name == "--tls-cert") options.tls_cert = value;
    if (name == "--tls-key") options.tls_key = value;
  }
  if (options.body_bytes < 2) options.body_bytes = 2;
  return options;
}

Result<void> listen(HttpServer& server, EventLoop& loop, const Options& options,
                    const std::shared_ptr<TlsContext>& tls) {
  const Endpoint endpoint{"127.0.0.1", options.port};
  if (tls) {
    TRY_ASSIGN(auto acceptor, TlsContext::listen(tls, loop, endpoint));
    server.serve(std::move(acceptor));
    return {};
  }
  TRY_ASSIGN(auto acceptor, listen_tcp(loop, endpoint));
  server.serve(std::move(acceptor));
  return {};
}

Result<void> run(const Options& options) {
  std::shared_ptr<TlsContext> tls;
  if (!options.tls_cert.empty()) {
    TRY_ASSIGN(tls, TlsContext::load({options.tls_cert, options.tls_key}, TlsVersions::tls13_only));
  }
  ConstantHandler handler(options.body_bytes);
  NoLog log;
  std::vector<std::unique_ptr<EventLoop>> loops;
  std::vector<std::unique_ptr<HttpServer>> servers;
  std::vector<std::thread> threads;
  for (int at = 0; at < options.threads; ++at) {
    auto& loop = *loops.emplace_back(std::make_unique<EventLoop>());
    auto& server =
        *servers.emplace_back(std::make_unique<HttpServer>(loop, handler, HttpLimits(), log));
    TRY(listen(server, loop, options, tls));
  }
  for (auto& loop : loops) threads.emplace_back([&loop = *loop] { loop.run(); });

  std::printf("listening on %d\n", options.port);
  std::fflush(stdout);
  EventLoop main_loop;
  boost::asio::signal_set signals(main_loop.context(), SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code, int) {
    for (auto& loop : loops) loop->stop();
    main_loop.stop();
  });
  main_loop.run();
  for (auto& thread : threads) thread.join();
  return {};
}

}  // namespace
}  // namespace velum

int main(int argc, char** argv) {
  if (velum::run(velum::parse(argc, argv))) return 0;
  std::fprintf(stderr, "cannot listen on that port\n");
  return 1;
}
