#include "io/acceptor.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "io/socket_stream.h"
#include "io/system_error.h"
#include "io/unique_fd.h"

namespace velum {
namespace {

namespace asio = boost::asio;

// How long accepting rests when the process has no descriptor or memory left: the connection stays
// in the queue, so trying again at once would only spin.
constexpr std::chrono::milliseconds exhausted_pause{100};

bool is_exhausted(int number) {
  return number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM;
}

class SocketAcceptor final : public Acceptor {
 public:
  SocketAcceptor(asio::posix::stream_descriptor socket, int family, std::uint16_t port)
      : socket_(std::move(socket)), pause_(socket_.get_executor()), family_(family), port_(port) {}

  Task<Result<std::unique_ptr<Stream>>> accept() override {
    while (!closed_) {
      UniqueFd fd(
          ::accept4(socket_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (fd) co_return bring(std::move(fd));
      const int number = errno;
      if (number == EINTR || number == ECONNABORTED) continue;
      boost::system::error_code error;
      if (number == EAGAIN || number == EWOULDBLOCK) {
        co_await socket_.async_wait(asio::posix::stream_descriptor::wait_read,
                                    asio::redirect_error(asio::use_awaitable, error));
        continue;
      }
      if (is_exhausted(number)) {
        pause_.expires_after(exhausted_pause);
        co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, error));
      }
      co_return system_error(number, "cannot accept a connection", "");
    }
    co_return Error(ErrorCode::cancelled, "the acceptor was closed");
  }

  void close() override {
    closed_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
    pause_.cancel();
  }

  std::uint16_t port() const override { return port_; }

 private:
  Result<std::unique_ptr<Stream>> bring(UniqueFd fd) {
    const bool is_unix = family_ == AF_UNIX;
    if (!is_unix) {
      const int on = 1;
      ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    SocketStream::Socket socket(socket_.get_executor());
    boost::system::error_code error;
    socket.assign(asio::generic::stream_protocol(family_, 0), fd.get(), error);
    if (error) return system_error(error.value(), "cannot accept a connection", "");
    fd.release();
    const auto trust = is_unix ? PeerTrust::local_admin : PeerTrust::anyone;
    return std::unique_ptr<Stream>(std::make_unique<SocketStream>(std::move(socket), trust));
  }

  asio::posix::stream_descriptor socket_;
  asio::steady_timer pause_;
  int family_;
  std::uint16_t port_;
  bool closed_ = false;
};

UniqueFd make_socket(int family) {
  return UniqueFd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

Result<std::unique_ptr<Acceptor>> make_acceptor(EventLoop& loop, UniqueFd fd, int family,
                                                std::uint16_t port) {
  asio::posix::stream_descriptor socket(loop.context());
  boost::system::error_code error;
  socket.assign(fd.get(), error);
  if (error) return system_error(error.value(), "cannot wait for connections", "");
  fd.release();
  return std::unique_ptr<Acceptor>(
      std::make_unique<SocketAcceptor>(std::move(socket), family, port));
}

sockaddr* as_sockaddr(void* address) {
  return static_cast<sockaddr*>(address);
}

// Is somebody accepting at `address`? Leaves nothing behind, and removes what nobody answers.
Result<void> clear_stale(sockaddr_un& address, const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) < 0) {
    if (errno == ENOENT) return {};
    return system_error(errno, "cannot look for the socket", path);
  }
  if (!S_ISSOCK(status.st_mode)) {
    return Error(ErrorCode::already_exists, "the path of the socket is taken", path);
  }
  const UniqueFd probe = make_socket(AF_UNIX);
  if (!probe) return system_error(errno, "cannot make a socket", path);
  if (::connect(probe.get(), as_sockaddr(&address), sizeof(address)) == 0 || errno == EAGAIN) {
    return Error(ErrorCode::locked, "another process answers on the socket", path);
  }
  if (errno == ENOENT) return {};
  if (errno != ECONNREFUSED) return system_error(errno, "cannot try the socket", path);
  if (::unlink(path.c_str()) < 0 && errno != ENOENT) {
    return system_error(errno, "cannot remove the stale socket", path);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Acceptor>> listen_tcp(EventLoop& loop, const Endpoint& endpoint) {
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(endpoint.host, error);
  if (error) return Error(ErrorCode::invalid_argument, "not an IP address", endpoint.host);
  asio::ip::tcp::endpoint address(ip, endpoint.port);
  UniqueFd fd = make_socket(address.protocol().family());
  const int on = 1;
  if (!fd || ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
      ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) < 0) {
    return system_error(errno, "cannot make a socket", endpoint.host);
  }
  if (::bind(fd.get(), address.data(), static_cast<socklen_t>(address.size())) < 0 ||
      ::listen(fd.get(), SOMAXCONN) < 0) {
    return system_error(errno, "cannot listen", endpoint.host);
  }
  auto size = static_cast<socklen_t>(address.capacity());
  if (::getsockname(fd.get(), address.data(), &size) < 0) {
    return system_error(errno, "cannot ask for the port", endpoint.host);
  }
  return make_acceptor(loop, std::move(fd), address.protocol().family(), address.port());
}

Result<std::unique_ptr<Acceptor>> listen_unix(EventLoop& loop, const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return Error(ErrorCode::invalid_argument, "a socket's path has 1 to 107 bytes", path);
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  TRY(clear_stale(address, path));
  UniqueFd fd = make_socket(AF_UNIX);
  // Linux gives the file the mode of the socket, less the umask: it is never open to others, and
  // the umask, which all threads share, is left alone.
  if (!fd || ::fchmod(fd.get(), 0600) < 0) {
    return system_error(errno, "cannot make a socket", path);
  }
  if (::bind(fd.get(), as_sockaddr(&address), sizeof(address)) < 0 ||
      ::listen(fd.get(), SOMAXCONN) < 0) {
    return system_error(errno, "cannot listen", path);
  }
  return make_acceptor(loop, std::move(fd), AF_UNIX, 0);
}

}  // namespace velum
