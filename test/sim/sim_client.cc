#include "test/sim/sim_client.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace velum {
namespace {

constexpr std::string_view blank_line = "\r\n\r\n";

std::string text_of(const SimRequest& request) {
  std::string text =
      request.method + " " + request.target + " HTTP/1.1\r\nHost: localhost\r\n" + request.headers;
  if (request.method == "POST" || request.method == "PATCH") {
    text +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(request.body.size()) +
        "\r\n";
  }
  return text + "\r\n" + request.body;
}

std::size_t length_in(std::string_view head) {
  constexpr std::string_view name = "\r\nContent-Length: ";
  const std::size_t at = head.find(name);
  return at == std::string_view::npos ? 0
                                      : std::stoul(std::string(head.substr(at + name.size(), 10)));
}

}  // namespace

// Whether there are that many bytes now.
Task<bool> SimClient::receive_until(std::size_t size_bytes) {
  std::array<char, 4096> bytes{};
  while (received_.size() < size_bytes) {
    const auto count = co_await stream_->read_some(bytes);
    if (!count || *count == 0) co_return false;
    received_.append(bytes.data(), *count);
  }
  co_return true;
}

Task<std::optional<SimAnswer>> SimClient::ask(SimRequest request) {
  const std::string text = text_of(request);
  const std::array<std::string_view, 1> parts{text};
  broken_ = true;  // Until the answer is here.
  // A server that refuses answers before it has read everything: so read, whatever writing said.
  static_cast<void>((co_await stream_->write_all(parts)).has_value());
  while (received_.find(blank_line) == std::string::npos) {
    if (!co_await receive_until(received_.size() + 1)) co_return std::nullopt;
  }
  const std::size_t head_bytes = received_.find(blank_line) + blank_line.size();
  const std::string head = received_.substr(0, head_bytes);
  const std::size_t body_bytes = length_in(head);
  if (!co_await receive_until(head_bytes + body_bytes)) co_return std::nullopt;
  SimAnswer answer{std::stoi(head.substr(9, 3)), received_.substr(head_bytes, body_bytes)};
  received_.erase(0, head_bytes + body_bytes);
  EXPECT_EQ(received_, "") << "more than one answer to one request";
  broken_ = head.find("\r\nConnection: close") != std::string::npos;
  co_return answer;
}

}  // namespace velum
