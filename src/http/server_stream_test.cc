// Requests whose bodies are streamed, over real sockets.

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "http/test_server.h"

namespace velum::server_stream_test {
namespace {

using namespace std::chrono_literals;

HttpLimits short_limits() {
  HttpLimits limits;
  limits.body_deadline = limits.write_deadline = 400ms;
  return limits;
}

std::string post(std::string_view path, std::string_view headers) {
  return std::string("POST ").append(path).append(" HTTP/1.1\r\nHost: a\r\n").append(headers) +
         "\r\n";
}

std::string sized(std::string_view path, std::string_view body, std::string_view headers = "") {
  return post(path,
              "Content-Length: " + std::to_string(body.size()) + "\r\n" + std::string(headers)) +
         std::string(body);
}

const std::string last_chunk = "0\r\n\r\n";
const std::string chunks = "Transfer-Encoding: chunked\r\n";

// What an answer in chunks says; nothing of what follows it.
std::string unchunked(std::string_view answer) {
  std::string body;
  std::size_t at = answer.find("\r\n\r\n") + 4;
  while (true) {
    const std::size_t size = std::stoul(std::string(answer.substr(at)), nullptr, 16);
    if (size == 0) return body;
    at = answer.find("\r\n", at) + 2;
    body.append(answer.substr(at, size));
    at += size + 2;
  }
}

TEST(HttpStream, IsAnsweredWhileItArrives) {
  TestServer server;
  TestPeer peer(server.port());
  ASSERT_TRUE(peer.send(post("/stream", chunks) + "5\r\nhello\r\n"));
  const std::string begun = peer.receive_until("hello\r\n");
  EXPECT_NE(begun.find("\r\nTransfer-Encoding: chunked\r\n"), std::string::npos) << begun;
  EXPECT_EQ(begun.find("Content-Length"), std::string::npos);
  ASSERT_TRUE(peer.send("6\r\n world\r\n" + last_chunk));
  EXPECT_TRUE(peer.receive_until(last_chunk).ends_with("6\r\n world\r\n" + last_chunk));
  ASSERT_TRUE(peer.send(sized("/after", "x")));
  EXPECT_EQ(body_of(peer.receive_answer()), "/after|x");
}

TEST(HttpStream, KeepsTheOrderOfRequestsAroundIt) {
  TestServer server;
  TestPeer peer(server.port());
  ASSERT_TRUE(peer.send(sized("/1", "a") + sized("/stream/counted", "12345") + sized("/2", "b") +
                        post("/stream/counted", chunks) + "3\r\nabc\r\n" + last_chunk +
                        sized("/stream/counted", "") + sized("/3", "c", "Connection: close\r\n")));
  const std::string all = peer.receive_all();
  std::size_t at = 0;
  for (const std::string_view body :
       {"/1|a", "/stream/counted|5", "/2|b", "/stream/counted|3", "/stream/counted|0", "/3|c"}) {
    at = all.find(body, at);
    ASSERT_NE(at, std::string::npos) << body;
  }
  EXPECT_EQ(server.statistics().requests_total, 6U);
}

TEST(HttpStream, HasNoLimitOfSize) {
  HttpLimits limits;
  limits.body_size_max_bytes = 1000;
  TestServer server(limits);
  TestPeer peer(server.port());
  const std::string body(5 << 20, 'x');
  ASSERT_TRUE(peer.send(sized("/stream/counted", body)));
  EXPECT_EQ(body_of(peer.receive_answer()), "/stream/counted|" + std::to_string(body.size()));
  ASSERT_TRUE(peer.send(sized("/other", std::string(1001, 'x'))));
  EXPECT_TRUE(peer.receive_answer().starts_with("HTTP/1.1 413 "));
}

TEST(HttpStream, LetsThoseWhoWaitSendTheirBody) {
  TestServer server;
  TestPeer peer(server.port());
  ASSERT_TRUE(peer.send(post("/stream/counted", "Content-Length: 2\r\nExpect: 100-continue\r\n")));
  EXPECT_EQ(peer.receive_answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(peer.send("hi"));
  EXPECT_EQ(body_of(peer.receive_answer()), "/stream/counted|2");
}

// Or what is left of the body would be the next request.
TEST(HttpStream, EndsTheConnectionOfABodyThatWasNotRead) {
  TestServer server;
  TestPeer peer(server.port());
  const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_TRUE(peer.send(sized("/stream/unread", hidden)));
  const std::string all = peer.receive_all();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 403 ")) << all;
  EXPECT_NE(all.find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_EQ(all.find("/hidden"), std::string::npos);
}

TEST(HttpStream, SaysWhatIsWrongWithABody) {
  TestServer server;
  TestPeer early(server.port());
  ASSERT_TRUE(early.send(post("/stream/counted", chunks) + "zz\r\nhello"));
  const std::string refused = early.receive_all();
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 400 ")) << refused;
  EXPECT_TRUE(refused.ends_with("the chunked body is malformed")) << refused;

  TestPeer late(server.port());
  ASSERT_TRUE(late.send(post("/stream", chunks) + "2\r\nhi\r\n"));
  EXPECT_TRUE(late.receive_until("2\r\nhi\r\n").starts_with("HTTP/1.1 200 "));
  ASSERT_TRUE(late.send("zz\r\nhello"));
  EXPECT_EQ(late.receive_all(), "8\r\n(broken)\r\n0\r\n\r\n");
}

TEST(HttpStream, IsNotKeptWaitingByAByteNowAndThen) {
  TestServer server(short_limits());
  TestPeer peer(server.port());
  ASSERT_TRUE(peer.send(post("/stream/counted", "Content-Length: 1000\r\n")));
  const auto begin = std::chrono::steady_clock::now();
  std::thread drip([&peer] {
    for (int index = 0; index < 100 && peer.send("x"); ++index) std::this_thread::sleep_for(50ms);
  });
  const std::string all = peer.receive_all();
  const auto took = std::chrono::steady_clock::now() - begin;
  drip.join();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 408 ")) << all;
  EXPECT_LT(took, 3s);
}

TEST(HttpStream, MayTakeLongerThanADeadlineInAll) {
  TestServer server(short_limits());
  TestPeer peer(server.port());
  const std::string part(100 << 10, 'x');
  ASSERT_TRUE(peer.send(post("/stream/counted", chunks)));
  for (int index = 0; index < 6; ++index) {
    ASSERT_TRUE(peer.send("19000\r\n" + part + "\r\n"));
    std::this_thread::sleep_for(200ms);
  }
  ASSERT_TRUE(peer.send(last_chunk));
  EXPECT_EQ(body_of(peer.receive_answer()), "/stream/counted|614400");
}

TEST(HttpStream, LeavesAPeerThatDoesNotReadTheAnswer) {
  TestServer server(short_limits());
  TestPeer peer(server.port());
  ASSERT_TRUE(peer.send(post("/stream", chunks)));
  const std::string part(64 << 10, 'x');
  const auto begin = std::chrono::steady_clock::now();
  while (peer.send("10000\r\n" + part + "\r\n")) {
    ASSERT_LT(std::chrono::steady_clock::now() - begin, 20s);
  }
}

TEST(HttpStream, AnOldClientGetsWhatComesUntilTheEnd) {
  TestServer server;
  TestPeer peer(server.port());
  ASSERT_TRUE(peer.send(
      "POST /stream HTTP/1.0\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello"));
  const std::string all = peer.receive_all();
  EXPECT_EQ(body_of(all), "hello");
  EXPECT_EQ(all.find("chunked"), std::string::npos);
}

TEST(HttpStream, TellsWhoClosedItsSideThatTheBodyBrokeOff) {
  TestServer server;
  TestPeer peer(server.port());
  ASSERT_TRUE(peer.send(post("/stream/counted", "Content-Length: 10\r\n") + "hello"));
  peer.finish_writing();
  const std::string all = peer.receive_all();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 400 ")) << all;
  EXPECT_TRUE(all.ends_with("the body broke off")) << all;
}

// The last bytes of a chunk may come in a packet of their own, and their effect be waited for.
TEST(HttpStream, HoldsNothingOfAChunkBack) {
  TestServer server;
  TestPeer peer(server.port());
  ASSERT_TRUE(peer.send(post("/stream", chunks) + "6\r\nhello"));
  EXPECT_TRUE(peer.receive_until("5\r\nhello\r\n").starts_with("HTTP/1.1 200 "));
  for (int index = 0; index < 3; ++index) {
    ASSERT_TRUE(peer.send("!"));
    EXPECT_EQ(peer.receive_until("1\r\n!\r\n"), "1\r\n!\r\n");
    ASSERT_TRUE(peer.send(index < 2 ? "\r\n1\r\n" : "\r\n" + last_chunk));
  }
  EXPECT_EQ(peer.receive_until(last_chunk), last_chunk);
}

// Others are served, and deadlines are kept, while one sends as fast as it can.
TEST(HttpStream, LeavesTheLoopToOthers) {
  TestServer server;
  TestPeer greedy(server.port());
  std::atomic<bool> ending{false};
  ASSERT_TRUE(greedy.send(post("/stream/slow", chunks)));
  std::thread flood([&greedy, &ending] {
    const std::string chunk = "40000\r\n" + std::string(256 << 10, '\n') + "\r\n";
    while (!ending && greedy.send(chunk)) {
    }
  });
  TestPeer other(server.port());
  for (int index = 0; index < 20; ++index) {
    EXPECT_TRUE(other.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"));
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(body_of(other.receive_answer()), "/x|");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  }
  EXPECT_LT(server.drain(300ms), 10s);
  ending = true;
  flood.join();
}

TEST(HttpStream, SurvivesPeersThatVanish) {
  TestServer server;
  for (const std::string_view rest : {"", "5\r\nhel", "5\r\nhello\r\n"}) {
    TestPeer peer(server.port());
    ASSERT_TRUE(peer.send(post("/stream", chunks) + std::string(rest)));
    std::this_thread::sleep_for(20ms);
    peer.reset();
  }
  TestPeer peer(server.port());
  ASSERT_TRUE(peer.send(sized("/stream", "still there")));
  EXPECT_EQ(unchunked(peer.receive_until(last_chunk)), "still there");
}

TEST(HttpStream, IsDrainedAndCutAtTheLimit) {
  TestServer server;
  TestPeer fast(server.port());
  TestPeer slow(server.port());
  ASSERT_TRUE(fast.send(post("/stream/counted", chunks) + "2\r\nhi\r\n"));
  ASSERT_TRUE(slow.send(post("/stream/counted", chunks) + "2\r\nhi\r\n"));
  std::this_thread::sleep_for(50ms);
  std::thread rest([&fast] {
    std::this_thread::sleep_for(100ms);
    static_cast<void>(fast.send(last_chunk));
  });
  const auto took = server.drain(600ms);
  rest.join();
  EXPECT_LT(took, 3s);
  const std::string answered = fast.receive_all();
  EXPECT_TRUE(answered.ends_with("/stream/counted|2")) << answered;
  EXPECT_EQ(slow.receive_all().find("HTTP/1.1 200"), std::string::npos);
}

}  // namespace
}  // namespace velum::server_stream_test
