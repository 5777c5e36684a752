// Connections over real sockets: the peer is a plain blocking socket on a thread of its own.

#include "io/acceptor.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "io/unique_fd.h"

namespace velum {
namespace {

using namespace std::chrono_literals;

const Endpoint any_port{"127.0.0.1", 0};

UniqueFd connect_tcp(std::uint16_t port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  return fd;
}

UniqueFd connect_unix(const std::string& path) {
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  return fd;
}

void send_all(const UniqueFd& fd, std::string_view text) {
  EXPECT_EQ(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(text.size()));
}

std::string receive_all(const UniqueFd& fd) {
  std::string text;
  std::array<char, 65536> part;
  for (ssize_t count = 0; (count = ::recv(fd.get(), part.data(), part.size(), 0)) > 0;) {
    text.append(part.data(), static_cast<std::size_t>(count));
  }
  return text;
}

// Sends back, in two parts, each piece of at most `piece` bytes; then closes.
Task<Result<std::size_t>> echo_one(Acceptor& acceptor, std::size_t piece) {
  CO_TRY_ASSIGN(const auto stream, co_await acceptor.accept());
  std::string buffer(piece, 0);
  std::size_t total = 0;
  while (true) {
    CO_TRY_ASSIGN(const std::size_t count, co_await stream->read_some(buffer));
    if (count == 0) break;
    total += count;
    const std::string_view text(buffer.data(), count);
    const std::array<std::string_view, 4> parts{text.substr(0, 1), "", text.substr(1), ""};
    CO_TRY(co_await stream->write_all(parts));
  }
  co_await stream->close();
  co_return total;
}

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    char pattern[] = "/tmp/velum-socket-test-XXXXXX";
    path_ = ::mkdtemp(pattern);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

TEST(Acceptor, EchoesOverTcpWhateverTheSizeOfTheReads) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, std::size_t{65536}}) {
    EventLoop loop;
    const auto acceptor = *listen_tcp(loop, any_port);
    ASSERT_GT(acceptor->port(), 0);
    std::string got;
    std::thread peer([&] {
      const UniqueFd fd = connect_tcp(acceptor->port());
      send_all(fd, "hello ");
      std::this_thread::sleep_for(5ms);  // The loop has emptied the socket and waits.
      send_all(fd, "again");
      ::shutdown(fd.get(), SHUT_WR);
      got = receive_all(fd);
    });
    const auto total = loop.run_to_end(echo_one(*acceptor, piece));
    peer.join();
    ASSERT_TRUE(total);
    EXPECT_EQ(*total, 11U);
    EXPECT_EQ(got, "hello again") << piece;
  }
}

Task<Result<void>> write_many(Acceptor& acceptor, std::span<const std::string_view> parts) {
  CO_TRY_ASSIGN(const auto stream, co_await acceptor.accept());
  CO_TRY(co_await stream->write_all(parts));
  co_await stream->close();
  co_return Result<void>();
}

TEST(Acceptor, WritesMoreThanTheSocketTakesAtOnceAndMorePartsThanOneCall) {
  EventLoop loop;
  const auto acceptor = *listen_tcp(loop, any_port);
  std::string expected;
  std::vector<std::string> owned;
  for (int index = 0; index < 300; ++index) {
    owned.emplace_back(static_cast<std::size_t>(index) * 371 % 90'000,
                       static_cast<char>('a' + index % 26));
    expected += owned.back();
  }
  const std::vector<std::string_view> parts(owned.begin(), owned.end());
  std::string got;
  std::thread peer([&] {
    const UniqueFd fd = connect_tcp(acceptor->port());
    std::this_thread::sleep_for(20ms);  // So that the writer fills the buffers and waits.
    got = receive_all(fd);
  });
  const auto written = loop.run_to_end(write_many(*acceptor, parts));
  peer.join();
  EXPECT_TRUE(written);
  EXPECT_TRUE(got == expected) << got.size() << " of " << expected.size();
}

// How many writes fail: the first is told of the reset, the second would be sent the signal.
Task<int> write_until_it_fails_twice(Acceptor& acceptor) {
  const auto stream = *co_await acceptor.accept();
  const std::string block(1 << 16, 'x');
  const std::array<std::string_view, 1> parts{block};
  int failed = 0;
  while (failed < 2) {
    const auto written = co_await stream->write_all(parts);
    if (written) continue;
    EXPECT_EQ(written.error().code(), ErrorCode::io);
    ++failed;
  }
  co_return failed;
}

TEST(Acceptor, APeerThatIsGoneIsAnErrorAndNotASignal) {
  const auto before = std::signal(SIGPIPE, SIG_DFL);
  EventLoop loop;
  const auto acceptor = *listen_tcp(loop, any_port);
  std::thread peer([&] { connect_tcp(acceptor->port()); });
  EXPECT_EQ(loop.run_to_end(write_until_it_fails_twice(*acceptor)), 2);
  peer.join();
  std::signal(SIGPIPE, before);
}

// What a call on a stream says when the sweep aborts it while it waits, and when called after it.
Task<std::array<ErrorCode, 2>> abort_waiting(EventLoop& loop, Acceptor& acceptor, bool writes) {
  const auto stream = *co_await acceptor.accept();
  const auto sweep = [](Stream& target) -> Task<void> {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 10ms);
    co_await timer.async_wait(boost::asio::use_awaitable);
    target.abort();
  };
  loop.start(sweep(*stream));
  const std::string block(1 << 16, 'x');
  const std::array<std::string_view, 1> parts{block};
  std::array<ErrorCode, 2> codes{ErrorCode::already_exists, ErrorCode::already_exists};
  for (ErrorCode& code : codes) {
    if (writes) {
      Result<void> written;
      while (written) written = co_await stream->write_all(parts);
      code = written.error().code();
    } else {
      std::array<char, 8> out;
      const auto count = co_await stream->read_some(out);
      if (!count) code = count.error().code();
    }
  }
  co_return codes;
}

TEST(Acceptor, AnAbortedStreamStopsWaiting) {
  constexpr std::array<ErrorCode, 2> expected{ErrorCode::cancelled, ErrorCode::cancelled};
  for (const bool writes : {false, true}) {
    EventLoop loop;
    const auto acceptor = *listen_tcp(loop, any_port);
    const UniqueFd peer = connect_tcp(acceptor->port());  // Neither sends nor reads.
    EXPECT_EQ(loop.run_to_end(abort_waiting(loop, *acceptor, writes)), expected) << writes;
  }
}

Task<ErrorCode> accept_until_closed(EventLoop& loop, Acceptor& acceptor) {
  const auto close_soon = [](Acceptor& target) -> Task<void> {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 5ms);
    co_await timer.async_wait(boost::asio::use_awaitable);
    target.close();
  };
  loop.start(close_soon(acceptor));
  const auto waiting = co_await acceptor.accept();
  EXPECT_FALSE(waiting);
  const auto later = co_await acceptor.accept();
  EXPECT_EQ(later.error().code(), waiting.error().code());
  co_return later.error().code();
}

TEST(Acceptor, AcceptIsCancelledByClose) {
  EventLoop loop;
  const auto acceptor = *listen_tcp(loop, any_port);
  EXPECT_EQ(loop.run_to_end(accept_until_closed(loop, *acceptor)), ErrorCode::cancelled);
}

TEST(Acceptor, SeveralLoopsShareAnEndpointAndBadOnesAreRefused) {
  EventLoop first, second;
  const auto acceptor = *listen_tcp(first, any_port);
  EXPECT_TRUE(listen_tcp(second, {"127.0.0.1", acceptor->port()}));
  EXPECT_EQ(listen_tcp(first, {"nowhere", 1}).error().code(), ErrorCode::invalid_argument);
  EXPECT_EQ(listen_tcp(first, {"192.0.2.1", 0}).error().code(), ErrorCode::io);
}

Task<Result<bool>> accept_is_local_admin(Acceptor& acceptor) {
  CO_TRY_ASSIGN(const auto stream, co_await acceptor.accept());
  co_return stream->is_local_admin();
}

TEST(Acceptor, OnlyTheUnixSocketIsLocalAdmin) {
  const TemporaryDirectory directory;
  EventLoop loop;
  const auto local = *listen_unix(loop, directory.file("admin"));
  const auto remote = *listen_tcp(loop, any_port);
  EXPECT_EQ(local->port(), 0);
  const UniqueFd local_peer = connect_unix(directory.file("admin"));
  const UniqueFd remote_peer = connect_tcp(remote->port());
  EXPECT_TRUE(*loop.run_to_end(accept_is_local_admin(*local)));
  EXPECT_FALSE(*loop.run_to_end(accept_is_local_admin(*remote)));
}

TEST(Acceptor, EchoesOverUnix) {
  const TemporaryDirectory directory;
  EventLoop loop;
  const auto acceptor = *listen_unix(loop, directory.file("admin"));
  std::string got;
  std::thread peer([&] {
    const UniqueFd fd = connect_unix(directory.file("admin"));
    send_all(fd, "hello");
    ::shutdown(fd.get(), SHUT_WR);
    got = receive_all(fd);
  });
  EXPECT_TRUE(loop.run_to_end(echo_one(*acceptor, 3)));
  peer.join();
  EXPECT_EQ(got, "hello");
}

TEST(Acceptor, TheUnixSocketIsTheOwnersWhateverTheUmask) {
  const TemporaryDirectory directory;
  const mode_t before = ::umask(0);
  EventLoop loop;
  const auto acceptor = listen_unix(loop, directory.file("admin"));
  ::umask(before);
  ASSERT_TRUE(acceptor);
  struct stat status {};
  ASSERT_EQ(::stat(directory.file("admin").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST(Acceptor, AStaleUnixSocketIsReplacedAndALiveOneIsNot) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("admin");
  EventLoop loop;
  {
    const auto dead = listen_unix(loop, path);
    ASSERT_TRUE(dead);
    EXPECT_EQ(listen_unix(loop, path).error().code(), ErrorCode::locked);
  }
  ASSERT_TRUE(std::filesystem::exists(path));
  const auto acceptor = listen_unix(loop, path);
  ASSERT_TRUE(acceptor);
  connect_unix(path);
}

TEST(Acceptor, AUnixPathThatIsTakenOrTooLongIsRefused) {
  const TemporaryDirectory directory;
  EventLoop loop;
  std::filesystem::create_directory(directory.file("taken"));
  EXPECT_EQ(listen_unix(loop, directory.file("taken")).error().code(), ErrorCode::already_exists);
  EXPECT_EQ(listen_unix(loop, directory.file("none/a")).error().code(), ErrorCode::not_found);
  for (const std::string& path : {std::string(), directory.file(std::string(108, 'a'))}) {
    EXPECT_EQ(listen_unix(loop, path).error().code(), ErrorCode::invalid_argument);
  }
}

}  // namespace
}  // namespace velum
