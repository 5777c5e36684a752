#include "http/https_poster.h"

#include <algorithm>
#include <array>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <span>

#include "http/answer_status.h"
#include "io/public_address.h"

namespace velum {
namespace {

constexpr std::size_t addresses_tried_max = 3;

std::string head_of(const HttpsPost& message) {
  std::string head = "POST " + message.url.target + " HTTP/1.1\r\nHost: ";
  head += message.url.authority();
  head += "\r\nUser-Agent: Velum\r\nContent-Type: application/json\r\nContent-Length: ";
  head += std::to_string(message.body.size()) + "\r\nConnection: close\r\n";
  for (const auto& [name, value] : message.headers) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
  return head + "\r\n";
}

// Aborts a stream when its time is over. Shared with the timer, which may have fired already when
// the stream ends.
class Deadline {
 public:
  Deadline(EventLoop& loop, std::chrono::milliseconds limit, Stream& stream)
      : timer_(loop.context(), limit), state_(std::make_shared<State>(State{&stream})) {
    timer_.async_wait([state = state_](const boost::system::error_code& cancelled) {
      if (cancelled || state->stream == nullptr) return;
      state->passed = true;
      state->stream->abort();
    });
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() { state_->stream = nullptr; }

  bool passed() const { return state_->passed; }

 private:
  struct State {
    Stream* stream = nullptr;
    bool passed = false;
  };

  boost::asio::steady_timer timer_;
  std::shared_ptr<State> state_;
};

}  // namespace

// One that is not public among others that are would be reached at the next look-up.
Result<void> HttpsPoster::check(const std::vector<IpAddress>& addresses) const {
  const auto may_be_reached = [this](const IpAddress& address) {
    const auto has_it = [&address](const IpNetwork& network) { return network.contains(address); };
    const auto& allowed = limits_.allowed_networks;
    return is_public(address) || std::any_of(allowed.begin(), allowed.end(), has_it);
  };
  if (std::all_of(addresses.begin(), addresses.end(), may_be_reached)) return {};
  return Error(ErrorCode::permission_denied, "the host has an address that is not public");
}

Task<Result<std::unique_ptr<Stream>>> HttpsPoster::connect(std::vector<IpAddress> addresses,
                                                           std::uint16_t port) {
  Result<std::unique_ptr<Stream>> last = Error(ErrorCode::not_found, "the name leads nowhere");
  addresses.resize(std::min(addresses.size(), addresses_tried_max));
  for (const IpAddress& address : addresses) {
    last = co_await connector_.connect(address, port, limits_.connect);
    if (last) break;
  }
  co_return last;
}

Task<Result<int>> HttpsPoster::post(HttpsPost message) {
  CO_TRY_ASSIGN(std::vector<IpAddress> addresses,
                co_await connector_.resolve(message.url.host, limits_.lookup));
  CO_TRY(check(addresses));
  CO_TRY_ASSIGN(std::unique_ptr<Stream> connected,
                co_await connect(std::move(addresses), message.url.port));
  const auto stream = tls_.make_stream(std::move(connected), message.url.host);
  const Deadline deadline(loop_, limits_.answer, *stream);
  Result<int> status = co_await exchange(*stream, message);
  if (deadline.passed()) co_return Error(ErrorCode::timeout, "the answer is late");
  // What else the server has to say is of no interest, and neither is our farewell to it.
  stream->abort();
  co_return status;
}

Task<Result<int>> HttpsPoster::exchange(TlsStream& stream, const HttpsPost& message) {
  CO_TRY(co_await stream.handshake());
  const std::string head = head_of(message);
  const std::array<std::string_view, 2> parts{head, message.body};
  CO_TRY(co_await stream.write_all(parts));
  AnswerStatus answer;
  std::array<char, 4096> bytes{};
  while (true) {
    CO_TRY_ASSIGN(const std::size_t count, co_await stream.read_some(bytes));
    if (count == 0) co_return Error(ErrorCode::cancelled, "the server closed the connection");
    CO_TRY_ASSIGN(const std::optional<int> status, answer.take({bytes.data(), count}));
    if (status) co_return *status;
  }
}

}  // namespace velum
