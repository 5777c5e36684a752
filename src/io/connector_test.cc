#include "io/connector.h"

#include <gtest/gtest.h>

#include "io/acceptor.h"

namespace velum::connector_test {
namespace {

using namespace std::chrono_literals;

TEST(ConnectorTest, FindsWhereANameLeads) {
  EventLoop loop;
  const auto connector = make_connector(loop);
  for (const char* name : {"localhost", "127.0.0.1"}) {
    const auto found = loop.run_to_end(connector->resolve(name, 10s));
    ASSERT_TRUE(found) << name;
    EXPECT_FALSE(found->empty()) << name;
  }
  // Other ways to write 127.0.0.1, that a check of the text would let by.
  for (const char* name : {"127.1", "2130706433", "0x7f.0.0.1"}) {
    const auto found = loop.run_to_end(connector->resolve(name, 10s));
    if (found) EXPECT_EQ(found->front(), *IpAddress::parse("127.0.0.1")) << name;
  }
  const auto nowhere = loop.run_to_end(connector->resolve("nowhere.invalid", 10s));
  ASSERT_FALSE(nowhere);
  EXPECT_TRUE(nowhere.error().code() == ErrorCode::not_found ||
              nowhere.error().code() == ErrorCode::timeout);
}

TEST(ConnectorTest, ConnectsToAnAddress) {
  EventLoop loop;
  const auto connector = make_connector(loop);
  const auto acceptor = *listen_tcp(loop, {"127.0.0.1", 0});
  const auto here = *IpAddress::parse("127.0.0.1");
  const auto connected = loop.run_to_end(connector->connect(here, acceptor->port(), 10s));
  ASSERT_TRUE(connected);
  EXPECT_EQ((*connected)->peer(), here);
}

TEST(ConnectorTest, SaysThatNobodyAnswers) {
  EventLoop loop;
  const auto connector = make_connector(loop);
  std::uint16_t port = 0;
  {
    const auto acceptor = *listen_tcp(loop, {"127.0.0.1", 0});
    port = acceptor->port();
  }
  const auto refused =
      loop.run_to_end(connector->connect(*IpAddress::parse("127.0.0.1"), port, 10s));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::io);
}

}  // namespace
}  // namespace velum::connector_test
