#include "io/sim_network.h"

#include <algorithm>
#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace velum {
namespace {

namespace asio = boost::asio;

// Sleeps until somebody calls wake(). One waiter.
class Bell {
 public:
  explicit Bell(EventLoop& loop) : timer_(loop.context()) {}

  Task<void> wait() {
    timer_.expires_at(asio::steady_timer::time_point::max());
    boost::system::error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  void wake() { timer_.cancel(); }

 private:
  asio::steady_timer timer_;
};

// What goes one way.
struct Pipe {
  explicit Pipe(EventLoop& loop) : readable(loop), writable(loop) {}

  std::string bytes;
  bool ended = false;  // Nothing more is written.
  Bell readable;
  Bell writable;
};

struct Link {
  Link(EventLoop& loop, SeededRandom& its_random)
      : random(its_random), pipes{Pipe(loop), Pipe(loop)} {}

  void break_now() {
    broken = true;
    for (Pipe& pipe : pipes) {
      pipe.readable.wake();
      pipe.writable.wake();
    }
  }

  SeededRandom& random;
  std::array<Pipe, 2> pipes;  // To the server, to the client.
  std::size_t capacity_bytes = 0;
  std::size_t left_bytes = std::numeric_limits<std::size_t>::max();
  bool broken = false;
};

Error broken() {
  return {ErrorCode::io, "the connection is broken"};
}
Error aborted() {
  return {ErrorCode::cancelled, "aborted"};
}

class SimStream final : public Stream {
 public:
  SimStream(std::shared_ptr<Link> link, Pipe& in, Pipe& out)
      : link_(std::move(link)), in_(in), out_(out) {}
  SimStream(const SimStream&) = delete;
  SimStream& operator=(const SimStream&) = delete;
  ~SimStream() override { end(); }

  Task<Result<std::size_t>> read_some(std::span<char> out) override {
    while (in_.bytes.empty() || link_->broken || aborted_ || read_aborted_) {
      if (aborted_ || read_aborted_) co_return aborted();
      if (link_->broken) co_return broken();
      if (in_.ended) co_return std::size_t{0};
      co_await in_.readable.wait();
    }
    const std::size_t there = std::min(out.size(), in_.bytes.size());
    const bool whole = below(link_->random, 2) == 0;
    const std::size_t count = whole ? there : 1 + below(link_->random, there);
    std::copy_n(in_.bytes.begin(), count, out.begin());
    in_.bytes.erase(0, count);
    in_.writable.wake();
    co_return count;
  }

  Task<Result<void>> write_all(std::span<const std::string_view> parts) override {
    for (std::string_view part : parts) {
      while (!part.empty()) {
        if (aborted_) co_return aborted();
        if (link_->broken || out_.ended) co_return broken();
        const std::size_t room = link_->capacity_bytes - out_.bytes.size();
        const std::size_t count = std::min({room, part.size(), link_->left_bytes});
        out_.bytes.append(part.substr(0, count));
        part.remove_prefix(count);
        link_->left_bytes -= count;
        out_.readable.wake();
        if (link_->left_bytes == 0) {
          link_->break_now();
        } else if (!part.empty()) {
          co_await out_.writable.wait();
        }
      }
    }
    co_return Result<void>();
  }

  void abort() override {
    aborted_ = true;
    in_.readable.wake();
    out_.writable.wake();
  }
  void abort_read() override {
    read_aborted_ = true;
    in_.readable.wake();
  }
  Task<void> finish_writing() override {
    out_.ended = true;
    out_.readable.wake();
    co_return;
  }
  Task<void> close() override {
    end();
    co_return;
  }

 private:
  // What was written can still be read; what the peer writes from now on reaches nobody.
  void end() {
    out_.ended = in_.ended = true;
    out_.readable.wake();
    in_.writable.wake();
  }

  std::shared_ptr<Link> link_;
  Pipe& in_;
  Pipe& out_;
  bool aborted_ = false;
  bool read_aborted_ = false;
};

}  // namespace

struct SimNetwork::State {
  State(EventLoop& event_loop, SeededRandom& its_random)
      : loop(event_loop), random(its_random), arrived(event_loop) {}

  EventLoop& loop;
  SeededRandom& random;
  Bell arrived;
  std::deque<std::unique_ptr<Stream>> waiting;
  std::vector<std::weak_ptr<Link>> links;
  bool closed = false;
};

namespace {

template <typename State>
class SimAcceptor final : public Acceptor {
 public:
  explicit SimAcceptor(std::shared_ptr<State> state) : state_(std::move(state)) {}

  Task<Result<std::unique_ptr<Stream>>> accept() override {
    while (state_->waiting.empty() && !state_->closed) co_await state_->arrived.wait();
    if (state_->closed) co_return aborted();
    auto stream = std::move(state_->waiting.front());
    state_->waiting.pop_front();
    co_return stream;
  }
  void close() override {
    state_->closed = true;
    state_->waiting.clear();
    state_->arrived.wake();
  }
  std::uint16_t port() const override { return 0; }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace

SimNetwork::SimNetwork(EventLoop& loop, SeededRandom& random)
    : state_(std::make_shared<State>(loop, random)) {}
SimNetwork::~SimNetwork() = default;

std::unique_ptr<Acceptor> SimNetwork::listen() {
  return std::make_unique<SimAcceptor<State>>(state_);
}

std::unique_ptr<Stream> SimNetwork::connect(std::optional<std::size_t> breaks_after_bytes) {
  auto link = std::make_shared<Link>(state_->loop, state_->random);
  link->capacity_bytes = 1 + below(state_->random, 4096);
  if (breaks_after_bytes) link->left_bytes = *breaks_after_bytes;
  auto& [to_server, to_client] = link->pipes;
  std::erase_if(state_->links, [](const auto& one) { return one.expired(); });
  state_->links.push_back(link);
  auto client = std::make_unique<SimStream>(link, to_client, to_server);
  if (!state_->closed) {
    state_->waiting.push_back(std::make_unique<SimStream>(link, to_server, to_client));
    state_->arrived.wake();
  } else {
    link->break_now();
  }
  return client;
}

void SimNetwork::break_all() {
  for (const auto& one : state_->links) {
    if (const auto link = one.lock()) link->break_now();
  }
}

}  // namespace velum
