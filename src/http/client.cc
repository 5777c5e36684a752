#include "http/client.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include "http/ascii.h"
#include "io/system_error.h"

namespace velum {
namespace {

constexpr std::size_t head_size_max_bytes = 64 << 10;
constexpr std::size_t body_size_max_bytes = std::size_t{1} << 30;

struct AnswerHead {
  int status = 0;
  std::size_t size_bytes = 0;
  std::size_t body_size_bytes = 0;
};

Error bad_answer() {
  return {ErrorCode::corrupt, "the server's answer cannot be read"};
}

Result<void> send_all(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return system_error(errno, "cannot send to the server", "");
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<void> receive_more(int socket, WipedText& text) {
  std::array<char, 16 << 10> bytes{};
  ssize_t count = 0;
  do {
    count = ::recv(socket, bytes.data(), bytes.size(), 0);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return system_error(errno, "cannot hear the server", "");
  if (count == 0) return Error(ErrorCode::io, "the server closed the connection");
  append(text, {bytes.data(), static_cast<std::size_t>(count)});
  wipe(bytes.data(), static_cast<std::size_t>(count));
  return {};
}

template <typename Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc() && end == text.data() + text.size();
}

// `head` has its blank line.
Result<AnswerHead> read_head(std::string_view head) {
  constexpr std::string_view version = "HTTP/1.1 ";
  AnswerHead answer;
  answer.size_bytes = head.size();
  if (!head.starts_with(version) || head.size() < version.size() + 3 ||
      !read_number(head.substr(version.size(), 3), answer.status)) {
    return bad_answer();
  }
  while (head.size() > 2) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size() + 2);
    const std::size_t colon = std::min(line.find(':'), line.size());
    if (!equal_ignoring_case(line.substr(0, colon), "content-length")) continue;
    const std::string_view value = trim_blanks(line.substr(colon + 1));
    if (!read_number(value, answer.body_size_bytes)) return bad_answer();
  }
  if (answer.body_size_bytes > body_size_max_bytes) return bad_answer();
  return answer;
}

Result<AnswerHead> receive_head(int socket, WipedText& text) {
  constexpr std::string_view blank_line = "\r\n\r\n";
  std::size_t end = std::string_view::npos;
  while ((end = view(text).find(blank_line)) == std::string_view::npos) {
    if (text.size() > head_size_max_bytes) return bad_answer();
    TRY(receive_more(socket, text));
  }
  return read_head(view(text).substr(0, end + blank_line.size()));
}

}  // namespace

Result<UnixHttpClient> UnixHttpClient::connect(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.empty() || socket_path.size() >= sizeof(address.sun_path)) {
    return Error(ErrorCode::invalid_argument, "a socket's path has 1 to 107 bytes", socket_path);
  }
  socket_path.copy(address.sun_path, socket_path.size());
  UnixHttpClient client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (client.socket_ < 0) return system_error(errno, "cannot make a socket", socket_path);
  if (::connect(client.socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0) {
    if (errno == ENOENT || errno == ECONNREFUSED) {
      return Error(ErrorCode::not_found, "no server listens on the socket", socket_path);
    }
    return system_error(errno, "cannot reach the server", socket_path);
  }
  return client;
}

UnixHttpClient::UnixHttpClient(UnixHttpClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)) {}
UnixHttpClient& UnixHttpClient::operator=(UnixHttpClient&& other) noexcept {
  std::swap(socket_, other.socket_);
  return *this;
}
UnixHttpClient::~UnixHttpClient() {
  if (socket_ >= 0) ::close(socket_);
}

Result<ClientAnswer> UnixHttpClient::call(std::string_view method, std::string_view target,
                                          std::string_view body) {
  WipedText request;
  append(request, method);
  append(request, " ");
  append(request, target);
  append(request,
         " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ");
  append(request, std::to_string(body.size()));
  append(request, "\r\n\r\n");
  append(request, body);
  TRY(send_all(socket_, view(request)));

  WipedText text;
  TRY_ASSIGN(const AnswerHead head, receive_head(socket_, text));
  const std::size_t total_bytes = head.size_bytes + head.body_size_bytes;
  while (text.size() < total_bytes) TRY(receive_more(socket_, text));
  if (text.size() > total_bytes) return bad_answer();  // We have asked only once.
  const auto body_begin = text.begin() + static_cast<std::ptrdiff_t>(head.size_bytes);
  return ClientAnswer{head.status, WipedText(body_begin, text.end())};
}

}  // namespace velum
