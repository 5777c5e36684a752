#pragma once
// A small blocking HTTP/1.1 client over a unix socket, for commands that talk to a running server.

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sensitive.h"

namespace velum {

struct ClientAnswer {
  int status = 0;
  WipedText body;
};

// One connection, many requests. One thread.
class UnixHttpClient {
 public:
  // Fails with not_found when nothing listens there.
  static Result<UnixHttpClient> connect(const std::string& socket_path);
  UnixHttpClient(UnixHttpClient&& other) noexcept;
  UnixHttpClient& operator=(UnixHttpClient&& other) noexcept;
  UnixHttpClient(const UnixHttpClient&) = delete;
  UnixHttpClient& operator=(const UnixHttpClient&) = delete;
  ~UnixHttpClient();

  Result<ClientAnswer> call(std::string_view method, std::string_view target,
                            std::string_view body);

 private:
  explicit UnixHttpClient(int socket) : socket_(socket) {}
  int socket_ = -1;
};

}  // namespace velum
