#include "io/sim_network.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>

namespace velum {
namespace {

Task<std::string> read_all(Stream& stream) {
  std::string text;
  std::array<char, 64> bytes{};
  while (true) {
    const auto count = co_await stream.read_some(bytes);
    if (!count) co_return text + "|" + std::string(count.error().message());
    if (*count == 0) co_return text;
    text.append(bytes.data(), *count);
  }
}

class SimNetworkTest : public testing::Test {
 protected:
  // What the server hears of `text`, on a connection that breaks after so many bytes.
  std::string hear(const std::string& text, std::optional<std::size_t> breaks_after) {
    auto acceptor = network_.listen();
    auto client = network_.connect(breaks_after);
    const auto say = [&]() -> Task<void> {
      const std::array<std::string_view, 2> parts{std::string_view(text).substr(0, 10),
                                                  std::string_view(text).substr(10)};
      written_ = (co_await client->write_all(parts)).has_value();
      co_await client->close();
    };
    const auto listen = [&]() -> Task<std::string> {
      auto server = (co_await acceptor->accept()).value();
      co_return co_await read_all(*server);
    };
    loop_.start(say());
    return loop_.run_to_end(listen());
  }

  SeededRandom random_{7};
  EventLoop loop_;
  SimNetwork network_{loop_, random_};
  bool written_ = false;
};

TEST_F(SimNetworkTest, BringsEveryByteInOrder) {
  for (int round = 0; round < 50; ++round) {
    std::string text;
    for (int index = 0; index < 3000; ++index)
      text += static_cast<char>('a' + (index * 7 + round) % 26);
    EXPECT_EQ(hear(text, std::nullopt), text);
    EXPECT_TRUE(written_);
  }
}

TEST_F(SimNetworkTest, BreaksWhereItWasToldTo) {
  const std::string text(3000, 'x');
  for (const std::size_t after : {1U, 9U, 10U, 11U, 2999U}) {
    const std::string heard = hear(text, after);
    EXPECT_TRUE(heard.ends_with("|the connection is broken")) << heard.size();
    EXPECT_LE(heard.find('|'), after);
    EXPECT_FALSE(written_);
  }
}

TEST_F(SimNetworkTest, AnAbortedReadLetsTheAnswerOut) {
  auto acceptor = network_.listen();
  auto client = network_.connect(std::nullopt);
  const auto serve = [&]() -> Task<std::string> {
    auto server = (co_await acceptor->accept()).value();
    server->abort_read();
    std::array<char, 4> bytes{};
    const auto count = co_await server->read_some(bytes);
    EXPECT_EQ(count.error().code(), ErrorCode::cancelled);
    const std::array<std::string_view, 1> parts{"late"};
    EXPECT_TRUE(co_await server->write_all(parts));
    co_await server->finish_writing();
    co_return co_await read_all(*client);
  };
  EXPECT_EQ(loop_.run_to_end(serve()), "late");
}

TEST_F(SimNetworkTest, AClosedAcceptorBringsNobody) {
  auto acceptor = network_.listen();
  acceptor->close();
  auto client = network_.connect(std::nullopt);
  EXPECT_EQ(loop_.run_to_end(acceptor->accept()).error().code(), ErrorCode::cancelled);
  EXPECT_EQ(loop_.run_to_end(read_all(*client)), "|the connection is broken");
}

}  // namespace
}  // namespace velum
