#include "load_connection.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace velum::bench {
namespace {

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "load generator: %s\n", what);
  std::exit(1);
}

int connect_to_loopback(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr generic{};
  static_assert(sizeof generic == sizeof address);
  __builtin_memcpy(&generic, &address, sizeof address);
  if (descriptor < 0 || connect(descriptor, &generic, sizeof generic) != 0)
    give_up("cannot connect");
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return descriptor;
}

// Of a head: the value of Content-Length, 0 when there is none.
std::size_t content_length(std::string_view head) {
  constexpr std::string_view name = "\r\ncontent-length: ";
  for (std::size_t at = 0; (at = head.find("\r\n", at)) != head.npos; at += 2) {
    if (head.size() - at < name.size()) break;
    if (strncasecmp(head.data() + at, name.data(), name.size()) != 0) continue;
    std::size_t length = 0;
    std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
    return length;
  }
  return 0;
}

}  // namespace

LoadConnection::LoadConnection(std::uint16_t port, SSL_CTX* tls)
    : descriptor_(connect_to_loopback(port)) {
  if (tls != nullptr) {
    ssl_.reset(SSL_new(tls));
    SSL_set_fd(ssl_.get(), descriptor_);
    if (SSL_connect(ssl_.get()) != 1) give_up("no TLS handshake");
  }
  fcntl(descriptor_, F_SETFL, O_NONBLOCK);
}

LoadConnection::~LoadConnection() {
  close(descriptor_);
}

void LoadConnection::send(std::string_view request, int expected_status, std::uint64_t now_ns) {
  expected_status_ = expected_status;
  sent_at_ns_ = now_ns;
  // With one request in flight, the socket's buffer always has room for the next.
  const auto sent = ssl_ ? SSL_write(ssl_.get(), request.data(), static_cast<int>(request.size()))
                         : ::send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(request.size())) give_up("a request was not sent whole");
}

bool LoadConnection::read_some() {
  char buffer[16384];
  const auto got = ssl_ ? SSL_read(ssl_.get(), buffer, sizeof buffer)
                        : ::recv(descriptor_, buffer, sizeof buffer, 0);
  if (got > 0) {
    received_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }
  const bool nothing_yet =
      ssl_ ? SSL_get_error(ssl_.get(), static_cast<int>(got)) == SSL_ERROR_WANT_READ
           : got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  if (!nothing_yet) give_up("the server closed a connection");
  return false;
}

std::optional<LoadConnection::Answer> LoadConnection::receive() {
  while (read_some()) {
    if (answer_bytes_ == 0) {
      const std::size_t end = received_.find("\r\n\r\n");
      if (end == received_.npos) continue;
      if (!received_.starts_with("HTTP/1.1 ")) give_up("an answer that is not HTTP");
      body_bytes_ = content_length(std::string_view(received_).substr(0, end));
      answer_bytes_ = end + 4 + body_bytes_;
    }
    if (received_.size() < answer_bytes_) continue;
    if (received_.size() > answer_bytes_) give_up("more than one answer to a request");
    const Answer answer{std::atoi(received_.c_str() + 9), expected_status_, body_bytes_,
                        sent_at_ns_};
    received_.clear();
    answer_bytes_ = 0;
    return answer;
  }
  return std::nullopt;
}

}  // namespace velum::bench
