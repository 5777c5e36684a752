#include "io/datagram.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "io/system_error.h"
#include "io/unique_fd.h"

namespace velum {

Result<void> send_datagram(const std::string& socket_path, std::string_view text) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.empty() || socket_path.size() >= sizeof(address.sun_path)) {
    return Error(ErrorCode::invalid_argument, "the path is no socket's", socket_path);
  }
  std::memcpy(address.sun_path, socket_path.data(), socket_path.size());
  const UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.get() < 0) return system_error(errno, "cannot make a socket", socket_path);
  const auto sent = ::sendto(fd.get(), text.data(), text.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  if (sent < 0) return system_error(errno, "cannot send to the socket", socket_path);
  return {};
}

}  // namespace velum
