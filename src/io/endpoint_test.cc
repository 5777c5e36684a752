#include <gtest/gtest.h>

#include "io/acceptor.h"

namespace velum {
namespace {

TEST(Endpoint, ReadsAddressesAndPorts) {
  struct Case {
    std::string_view text, host;
    std::uint16_t port;
    bool is_loopback;
  };
  static constexpr Case cases[] = {
      {"127.0.0.1:8080", "127.0.0.1", 8080, true},
      {"127.9.9.9:1", "127.9.9.9", 1, true},
      {"localhost:0", "127.0.0.1", 0, true},
      {"[::1]:65535", "::1", 65535, true},
      {"[::ffff:127.0.0.1]:80", "::ffff:127.0.0.1", 80, true},
      {"0.0.0.0:80", "0.0.0.0", 80, false},
      {"[::]:80", "::", 80, false},
      {"[0:0::2]:80", "::2", 80, false},
      {"[::ffff:10.0.0.1]:80", "::ffff:10.0.0.1", 80, false},
      {"10.0.0.1:443", "10.0.0.1", 443, false},
      {"128.0.0.1:443", "128.0.0.1", 443, false},
  };
  for (const auto& [text, host, port, is_loopback] : cases) {
    const auto endpoint = Endpoint::parse(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(endpoint->host, host) << text;
    EXPECT_EQ(endpoint->port, port) << text;
    EXPECT_EQ(endpoint->is_loopback(), is_loopback) << text;
  }
}

TEST(Endpoint, RefusesEverythingElse) {
  static constexpr std::string_view refused[] = {
      "",
      ":",
      ":80",
      "80",
      "127.0.0.1",
      "127.0.0.1:",
      "127.0.0.1:65536",
      "127.0.0.1:-1",
      "127.0.0.1:+1",
      "127.0.0.1: 80",
      "127.0.0.1:80 ",
      "127.0.0.1:0x50",
      "127.0.0.1:99999999999",
      "::1:80",
      "[::1]",
      "[::1]80",
      "[]:80",
      "[127.0.0.1]:80",
      "[::1:80",
      "::1]:80",
      "127.1:80",
      "0177.0.0.1:80",
      "256.0.0.1:80",
      "example.com:80",
      "LOCALHOST:80",
      "[localhost]:80",
      "127.0.0.1\n:80",
      "http://127.0.0.1:80",
  };
  for (const std::string_view text : refused) {
    const auto endpoint = Endpoint::parse(text);
    ASSERT_FALSE(endpoint) << text;
    EXPECT_EQ(endpoint.error().code(), ErrorCode::invalid_argument) << text;
  }
  EXPECT_FALSE((Endpoint{"localhost", 1}.is_loopback()));  // Not an address: parse() made it one.
}

}  // namespace
}  // namespace velum
