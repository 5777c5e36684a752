#include "io/socket_stream.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <string>

#include "io/event_loop.h"

namespace velum {
namespace {

// A peer that sends as fast as it is read.
TEST(SocketStream, LeavesTheLoopItsTurnHoweverMuchIsThere) {
  constexpr std::size_t sent_bytes = 64 << 10;
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  const std::string text(sent_bytes, 'x');
  ASSERT_EQ(::send(ends[1], text.data(), text.size(), MSG_DONTWAIT), ssize_t{sent_bytes});
  EventLoop loop;
  const boost::asio::generic::stream_protocol protocol(AF_UNIX, 0);
  SocketStream stream(SocketStream::Socket(loop.context(), protocol, ends[0]), PeerTrust::anyone);
  std::size_t read_bytes = 0;
  std::size_t read_before_others = 0;
  const auto read_all = [&]() -> Task<void> {
    std::array<char, 64> buffer;
    while (read_bytes < sent_bytes) {
      const auto count = co_await stream.read_some(buffer);
      if (!count || *count == 0) co_return;
      if (read_bytes == 0) {
        boost::asio::post(loop.context(), [&] { read_before_others = read_bytes; });
      }
      read_bytes += *count;
    }
  };
  loop.start(read_all());
  loop.run();
  EXPECT_EQ(read_bytes, sent_bytes);
  EXPECT_LT(read_before_others, sent_bytes / 10);
  ::close(ends[1]);
}

}  // namespace
}  // namespace velum
