#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace velum::bench {

// One keep-alive connection with at most one request in flight, plain or TLS, on a socket that an
// epoll watches. Anything but a well-formed answer ends the program: a benchmark of errors is none.
class LoadConnection {
 public:
  // Connects to loopback, and shakes hands when there is a `tls`, which outlives the connection.
  LoadConnection(std::uint16_t port, SSL_CTX* tls);
  ~LoadConnection();
  LoadConnection(const LoadConnection&) = delete;
  LoadConnection& operator=(const LoadConnection&) = delete;

  int descriptor() const { return descriptor_; }
  void send(std::string_view request, int expected_status, std::uint64_t now_ns);

  // Reads what is there; the answer once it is whole.
  struct Answer {
    int status, expected_status;
    std::size_t body_bytes;
    std::uint64_t sent_at_ns;
  };
  std::optional<Answer> receive();

 private:
  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  bool read_some();

  int descriptor_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  std::string received_;
  std::size_t answer_bytes_ = 0;  // 0: the head is not whole yet
  std::size_t body_bytes_ = 0;    // Of these.
  int expected_status_ = 0;
  std::uint64_t sent_at_ns_ = 0;
};

}  // namespace velum::bench
