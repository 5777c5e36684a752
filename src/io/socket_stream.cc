#include "io/socket_stream.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <bit>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>

#include "io/system_error.h"

namespace velum {
namespace {

namespace asio = boost::asio;

// What is left to write: the parts, the first of them from `offset` on.
struct Unsent {
  std::span<const std::string_view> parts;
  std::size_t offset = 0;

  void advance(std::size_t count) {
    offset += count;
    while (!parts.empty() && offset >= parts.front().size()) {
      offset -= parts.front().size();
      parts = parts.subspan(1);
    }
  }
};

// One sendmsg; like it, -1 and errno when it fails.
ssize_t send_once(int socket, const Unsent& unsent) {
  iovec vectors[64];  // More parts than that take another call.
  std::size_t count = 0;
  std::size_t offset = unsent.offset;
  for (const std::string_view part : unsent.parts) {
    if (count == std::size(vectors)) break;
    // sendmsg does not write through iov_base, but C has no way to say so.
    vectors[count++] = {const_cast<char*>(part.data()) + offset, part.size() - offset};
    offset = 0;
  }
  msghdr message{};
  message.msg_iov = vectors;
  message.msg_iovlen = count;
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  return sent;
}

ssize_t receive_once(int socket, std::span<char> out) {
  ssize_t received = 0;
  do {
    received = ::recv(socket, out.data(), out.size(), MSG_DONTWAIT);
  } while (received < 0 && errno == EINTR);
  return received;
}

// A peer that sends as fast as it is read must not keep the loop from everybody else, and from its
// own deadlines: what is there already is read without waiting, but not for ever.
constexpr int reads_at_once_max = 16;

Error cancelled() {
  return {ErrorCode::cancelled, "the connection was aborted"};
}

}  // namespace

Task<Result<std::size_t>> SocketStream::read_some(std::span<char> out) {
  VELUM_CHECK(!out.empty());  // Or 0 bytes would not mean that the peer has closed.
  if (aborted_) co_return cancelled();
  if (more_received_ && ++reads_at_once_ < reads_at_once_max) {
    const auto count = receive_once(socket_.native_handle(), out);
    if (count >= 0) {
      more_received_ = static_cast<std::size_t>(count) == out.size();
      co_return static_cast<std::size_t>(count);
    }
    // Any failure comes back from the call below.
    more_received_ = false;
  }
  reads_at_once_ = 0;
  boost::system::error_code error;
  const std::size_t count = co_await socket_.async_read_some(
      asio::buffer(out.data(), out.size()), asio::redirect_error(asio::use_awaitable, error));
  if (aborted_ || error == asio::error::operation_aborted) co_return cancelled();
  if (error == asio::error::eof) co_return std::size_t{0};
  if (error) co_return system_error(error.value(), "the connection failed", "");
  more_received_ = count == out.size();
  co_return count;
}

Task<Result<void>> SocketStream::write_all(std::span<const std::string_view> parts) {
  Unsent unsent{parts};
  unsent.advance(0);  // Past parts that are empty.
  while (!unsent.parts.empty()) {
    if (aborted_) co_return cancelled();
    const auto sent = send_once(socket_.native_handle(), unsent);
    if (sent >= 0) {
      unsent.advance(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
      co_return system_error(errno, "the connection failed", "");
    }
    boost::system::error_code error;
    co_await socket_.async_wait(Socket::wait_write,
                                asio::redirect_error(asio::use_awaitable, error));
    if (aborted_ || error == asio::error::operation_aborted) co_return cancelled();
    if (error) co_return system_error(error.value(), "the connection failed", "");
  }
  co_return Result<void>();
}

std::optional<IpAddress> SocketStream::peer() {
  sockaddr_storage where{};
  socklen_t size = sizeof(where);
  void* const address = &where;
  if (::getpeername(socket_.native_handle(), static_cast<sockaddr*>(address), &size) != 0) {
    return std::nullopt;
  }
  if (where.ss_family == AF_INET6) {
    return IpAddress{std::bit_cast<std::array<std::uint8_t, 16>>(
        static_cast<const sockaddr_in6*>(address)->sin6_addr)};
  }
  if (where.ss_family != AF_INET) return std::nullopt;
  return IpAddress::of_v4(std::bit_cast<std::array<std::uint8_t, 4>>(
      static_cast<const sockaddr_in*>(address)->sin_addr));
}

void SocketStream::abort() {
  aborted_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void SocketStream::abort_read() {
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

Task<void> SocketStream::finish_writing() {
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  co_return;
}

Task<void> SocketStream::close() {
  boost::system::error_code ignored;
  if (!aborted_) {
    socket_.shutdown(Socket::shutdown_send, ignored);
    discard_received();
  }
  socket_.close(ignored);
  aborted_ = true;
  co_return;
}

// Closing a socket with unread bytes resets it, and the peer may then lose our last answer.
// Bounded, so that a peer who goes on sending cannot hold the loop.
void SocketStream::discard_received() {
  std::array<char, 4096> bytes{};
  for (int round = 0; round < 16; ++round) {
    if (receive_once(socket_.native_handle(), bytes) <= 0) return;
  }
}

}  // namespace velum
