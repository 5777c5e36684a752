#pragma once
// For the tests: a handler that says what it saw, a server on a thread of its own, and a plain
// blocking peer.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "http/server.h"
#include "io/unique_fd.h"

namespace velum {

class TestHandler final : public HttpHandler {
 public:
  Task<HttpResponse> handle(const HttpRequest& request) override {
    HttpResponse response;
    response.status = request.path == "/empty" ? 204 : 200;
    response.close = request.path == "/close";
    if (request.path == "/slow") {
      boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor,
                                      std::chrono::milliseconds(400));
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
    if (request.path == "/fixed") {
      response.fixed_body = "as the program has it";
      co_return response;
    }
    append(response.body, request.path);
    append(response.body, request.from_admin_socket ? " admin|" : "|");
    append(response.body, request.body);
    if (request.path == "/large") response.body.resize(8 << 20, 'x');
    co_return response;
  }

  bool is_streamed(const HttpRequest& request) const override {
    return request.path.starts_with("/stream");
  }

  // /stream sends back what comes, as it comes; /stream/counted says how much it was;
  // /stream/unread does not look.
  Task<HttpResponse> stream(const HttpRequest& request, HttpExchange& exchange) override {
    HttpResponse response;
    response.status = request.path == "/stream/unread" ? 403 : 200;
    if (request.path == "/stream/unread") co_return response;
    std::size_t count = 0;
    while (true) {
      const Result<std::string_view> piece = co_await exchange.read();
      if (!piece && request.path == "/stream" && count > 0) {
        co_await exchange.write("(broken)");
        co_return response;
      }
      if (!piece) {
        co_return refuse(piece.error().code() == ErrorCode::timeout ? 408 : 400, piece.error());
      }
      if (piece->empty()) break;
      if (count == 0 && request.path == "/stream") co_await exchange.begin(response);
      count += piece->size();
      // At work, as who looks at each line is: what comes meanwhile waits in the socket.
      const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(2);
      while (request.path == "/stream/slow" && std::chrono::steady_clock::now() < until) {
      }
      if (request.path == "/stream") co_await exchange.write(*piece);
    }
    append(response.body, request.path);
    append(response.body, "|" + std::to_string(count));
    co_return response;
  }

  HttpResponse refuse(int status, const Error& error) override {
    HttpResponse response;
    response.status = status;
    append(response.body, error.message());
    return response;
  }
};

class TestServer {
 public:
  explicit TestServer(HttpLimits limits = {}) : server_(loop_, handler_, limits, log_) {
    auto acceptor = listen_tcp(loop_, {"127.0.0.1", 0});
    port_ = acceptor.value()->port();
    server_.serve(*std::move(acceptor));
    start();
  }
  explicit TestServer(std::unique_ptr<Acceptor> (*make)(EventLoop&), HttpLimits limits = {})
      : server_(loop_, handler_, limits, log_) {
    auto acceptor = make(loop_);
    port_ = acceptor->port();
    server_.serve(std::move(acceptor));
    start();
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;
  ~TestServer() {
    if (thread_.joinable()) drain(std::chrono::milliseconds(0));
  }

  std::uint16_t port() const { return port_; }
  HttpServer& server() { return server_; }

  // Returns how long it took; the loop has run out then, which shows that nothing is left behind.
  std::chrono::milliseconds drain(std::chrono::milliseconds limit) {
    const auto begin = std::chrono::steady_clock::now();
    auto done = std::make_shared<std::promise<void>>();
    auto finished = done->get_future();
    server_.drain(limit, [done] { done->set_value(); });
    finished.wait();
    const auto took = std::chrono::steady_clock::now() - begin;
    thread_.join();
    return std::chrono::duration_cast<std::chrono::milliseconds>(took);
  }

  HttpServerStatistics statistics() {
    std::promise<HttpServerStatistics> answer;
    boost::asio::post(loop_.context(), [&] { answer.set_value(server_.statistics()); });
    return answer.get_future().get();
  }

 private:
  void start() {
    thread_ = std::thread([this] { loop_.run(); });
  }

  EventLoop loop_;
  TestHandler handler_;
  NoLog log_;
  HttpServer server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

class TestPeer {
 public:
  explicit TestPeer(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    VELUM_CHECK(::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    const timeval limit{20, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  }

  int fd() const { return fd_.get(); }
  bool send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void finish_writing() { ::shutdown(fd_.get(), SHUT_WR); }
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    fd_ = UniqueFd(-1);
  }

  // All up to the end; ends with "(error)" when that was a reset or 20 s without a byte.
  std::string receive_all() {
    std::string text;
    std::array<char, 65536> part;
    ssize_t count = 0;
    while ((count = ::recv(fd_.get(), part.data(), part.size(), 0)) > 0) {
      text.append(part.data(), static_cast<std::size_t>(count));
    }
    return count < 0 ? text + "(error)" : text;
  }
  // Up to and with the first `end`.
  std::string receive_until(std::string_view end) {
    std::string text;
    char letter = 0;
    while (!text.ends_with(end)) {
      if (::recv(fd_.get(), &letter, 1, 0) != 1) return text + "(cut)";
      text.push_back(letter);
    }
    return text;
  }
  // One answer with Content-Length.
  std::string receive_answer() {
    std::string text;
    std::size_t want = std::string::npos;
    while (want == std::string::npos || text.size() < want) {
      char letter = 0;
      if (::recv(fd_.get(), &letter, 1, 0) != 1) return text + "(cut)";
      text.push_back(letter);
      if (want != std::string::npos || !text.ends_with("\r\n\r\n")) continue;
      const std::size_t length = text.find("Content-Length: ");
      want = text.size() + (length == std::string::npos ? 0 : std::stoul(text.substr(length + 16)));
    }
    return text;
  }

 private:
  UniqueFd fd_;
};

inline std::string body_of(const std::string& answer) {
  return answer.substr(std::min(answer.find("\r\n\r\n"), answer.size() - 4) + 4);
}

}  // namespace velum
