#include "http/tls_acceptor.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <deque>
#include <optional>
#include <unordered_set>
#include <utility>

#include "http/tls_stream.h"

namespace velum {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds handshake_deadline{10};

// Shared by the acceptor and by its handshakes, which may end after it.
struct Handshakes {
  Handshakes(EventLoop& event_loop, std::shared_ptr<SSL_CTX> ssl_context, std::size_t most)
      : loop(event_loop),
        context(std::move(ssl_context)),
        handshakes_max(most),
        arrival(event_loop.context()) {}

  void bring(std::unique_ptr<Stream> stream) {
    if (closed) return;
    ready.push_back(std::move(stream));
    arrival.cancel();
  }
  void report(const Error& error) {
    failure.emplace(error);
    arrival.cancel();
  }

  EventLoop& loop;
  std::shared_ptr<SSL_CTX> context;
  std::size_t handshakes_max;
  asio::steady_timer arrival;  // Cancelled when something is ready: a way to sleep until then.
  std::deque<std::unique_ptr<Stream>> ready;
  std::optional<Error> failure;  // Of the inner acceptor, not yet passed on.
  std::unordered_set<TlsStream*> running;
  bool closed = false;
};

Task<void> shake_hands(std::shared_ptr<Handshakes> all, std::unique_ptr<TlsStream> stream) {
  TlsStream* const running = stream.get();
  all->running.insert(running);
  asio::steady_timer deadline(all->loop.context(), handshake_deadline);
  auto expire = [all, running](boost::system::error_code error) {
    if (!error && all->running.contains(running)) running->abort();
  };
  deadline.async_wait(std::move(expire));
  const auto done = co_await stream->handshake();
  deadline.cancel();
  all->running.erase(running);
  // What fails here is the peer's affair, and not worth a line in the log.
  if (done) all->bring(std::move(stream));
}

Task<void> accept_all(std::shared_ptr<Handshakes> all, std::shared_ptr<Acceptor> inner) {
  while (true) {
    auto stream = co_await inner->accept();
    if (!stream && stream.error().code() == ErrorCode::cancelled) co_return;
    if (!stream) {
      all->report(stream.error());
      continue;
    }
    if (all->running.size() >= all->handshakes_max) continue;
    SslHandle ssl(SSL_new(all->context.get()));
    VELUM_CHECK(ssl != nullptr);  // Out of memory.
    all->loop.start(
        shake_hands(all, std::make_unique<TlsStream>(std::move(ssl), *std::move(stream))));
  }
}

class TlsAcceptor final : public Acceptor {
 public:
  TlsAcceptor(EventLoop& loop, std::shared_ptr<SSL_CTX> context, std::unique_ptr<Acceptor> inner,
              std::size_t handshakes_max)
      : all_(std::make_shared<Handshakes>(loop, std::move(context), handshakes_max)),
        inner_(std::move(inner)) {}

  Task<Result<std::unique_ptr<Stream>>> accept() override {
    const auto all = all_;
    if (!std::exchange(started_, true)) all->loop.start(accept_all(all, inner_));
    while (!all->closed && all->ready.empty() && !all->failure) {
      all->arrival.expires_at(asio::steady_timer::time_point::max());
      boost::system::error_code ignored;
      co_await all->arrival.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (all->closed) co_return Error(ErrorCode::cancelled, "the acceptor was closed");
    if (all->failure) {
      const Error error = *std::exchange(all->failure, std::nullopt);
      co_return error;
    }
    auto stream = std::move(all->ready.front());
    all->ready.pop_front();
    co_return stream;
  }

  void close() override {
    all_->closed = true;
    inner_->close();
    all_->ready.clear();
    all_->arrival.cancel();
    for (TlsStream* const stream : all_->running) stream->abort();
  }

  std::uint16_t port() const override { return inner_->port(); }

 private:
  std::shared_ptr<Handshakes> all_;
  std::shared_ptr<Acceptor> inner_;
  bool started_ = false;
};

}  // namespace

std::unique_ptr<Acceptor> make_tls_acceptor(EventLoop& loop, std::shared_ptr<SSL_CTX> context,
                                            std::unique_ptr<Acceptor> inner,
                                            std::size_t handshakes_max) {
  return std::make_unique<TlsAcceptor>(loop, std::move(context), std::move(inner), handshakes_max);
}

}  // namespace velum
