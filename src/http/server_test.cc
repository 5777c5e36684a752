// The server over real sockets: deadlines, endings, draining.

#include "http/server.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "http/test_server.h"

namespace velum::server_test {
namespace {

using namespace std::chrono_literals;

HttpLimits short_limits() {
  HttpLimits limits;
  limits.header_deadline = limits.body_deadline = limits.idle_deadline = 300ms;
  limits.write_deadline = 300ms;
  return limits;
}

std::string get(std::string_view path, std::string_view headers = "") {
  return std::string("GET ").append(path).append(" HTTP/1.1\r\nHost: a\r\n").append(headers) +
         "\r\n";
}

std::chrono::milliseconds time(const std::function<void()>& action) {
  const auto begin = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               begin);
}

TEST(HttpServer, AnswersManyRequestsOnOneConnection) {
  TestServer server;
  TestPeer peer(server.port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(peer.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"));
    EXPECT_EQ(body_of(peer.receive_answer()), "/p|hi");
    ASSERT_TRUE(
        peer.send("POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "2\r\nhi\r\n0\r\n\r\n"));
    EXPECT_EQ(body_of(peer.receive_answer()), "/c|hi");
  }
  const auto statistics = server.statistics();
  EXPECT_EQ(statistics.requests_total, 6U);
  EXPECT_EQ(statistics.connections_open, 1U);
  EXPECT_EQ(statistics.refused_total, 0U);
}

TEST(HttpServer, AnswersAPeerThatHasFinishedWriting) {
  TestServer server;
  TestPeer peer(server.port());
  ASSERT_TRUE(peer.send(get("/slow") + get("/2")));
  peer.finish_writing();
  const std::string all = peer.receive_all();
  EXPECT_NE(all.find("/slow|"), std::string::npos);
  EXPECT_TRUE(all.ends_with("/2|"));
}

TEST(HttpServer, SendsALargeAnswerToASlowReader) {
  TestServer server;
  TestPeer peer(server.port());
  ASSERT_TRUE(peer.send(get("/large", "Connection: close\r\n")));
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(body_of(peer.receive_all()).size(), std::size_t{8 << 20});
}

TEST(HttpServer, SurvivesPeersThatVanish) {
  TestServer server;
  for (const std::string& text :
       {std::string(), std::string("GET"), get("/slow"), get("/large"),
        std::string("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx")}) {
    TestPeer peer(server.port());
    ASSERT_TRUE(peer.send(text));
    std::this_thread::sleep_for(20ms);
    peer.reset();
  }
  TestPeer peer(server.port());
  ASSERT_TRUE(peer.send(get("/1")));
  EXPECT_EQ(body_of(peer.receive_answer()), "/1|");
}

TEST(HttpServer, RefusesAndStillDeliversItsAnswer) {
  TestServer server;
  struct Case {
    std::string text;
    std::string_view want;
  };
  const std::string megabytes(3 << 20, 'x');
  const Case cases[] = {
      {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3145728\r\n\r\n" + megabytes,
       "HTTP/1.1 413 "},
      {"GET /" + std::string(9000, 'a'), "HTTP/1.1 414 "},
      {get("/", "A: " + std::string(9000, 'a') + "\r\n"), "HTTP/1.1 431 "},
      {"GET / HTTP/3.0\r\n\r\n", "HTTP/1.1 505 "},
      {get("/", "Expect: tea\r\n"), "HTTP/1.1 417 "},
  };
  for (const auto& [text, want] : cases) {
    TestPeer peer(server.port());
    // The server may leave before all is sent; what it said must arrive all the same.
    std::thread sender([&peer, &text] { peer.send(text); });
    const std::string answer = peer.receive_all();
    sender.join();
    EXPECT_TRUE(answer.starts_with(want)) << answer.substr(0, 200);
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    EXPECT_FALSE(answer.ends_with("(error)"));
  }
  EXPECT_EQ(server.statistics().refused_total, std::size(cases));
}

TEST(HttpServer, WaitsNoLongerThanItsDeadlines) {
  TestServer server(short_limits());
  struct Case {
    std::string first;
    std::string_view want;  // The start of what comes before the end.
  };
  const Case cases[] = {
      {"", ""},
      {"GET / HTTP/1.1\r\n", "HTTP/1.1 408 "},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx", "HTTP/1.1 408 "},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe", "HTTP/1.1 408 "},
      {get("/idle"), "HTTP/1.1 200 "},
  };
  for (const auto& [first, want] : cases) {
    SCOPED_TRACE(first);
    TestPeer peer(server.port());
    ASSERT_TRUE(peer.send(first));
    std::string answer;
    const auto took = time([&] { answer = peer.receive_all(); });
    EXPECT_TRUE(answer.starts_with(want)) << answer;
    if (want.empty()) EXPECT_EQ(answer, "");
    EXPECT_EQ(answer.find("(error)"), std::string::npos);
    EXPECT_GE(took, 250ms);
    EXPECT_LT(took, 2000ms);
  }
}

TEST(HttpServer, IsNotKeptWaitingByAByteNowAndThen) {
  TestServer server(short_limits());
  for (const std::string& head :
       {std::string("GET / HTTP/1.1\r\nHost: a\r\nA: "),
        std::string("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999\r\n\r\n")}) {
    SCOPED_TRACE(head);
    TestPeer peer(server.port());
    ASSERT_TRUE(peer.send(head));
    const auto took = time([&] {
      pollfd waiting{peer.fd(), POLLIN, 0};
      for (int i = 0; i < 100 && ::poll(&waiting, 1, 50) == 0; ++i) peer.send("x");
    });
    EXPECT_GE(took, 250ms);
    EXPECT_LT(took, 1500ms);
    EXPECT_TRUE(peer.receive_answer().starts_with("HTTP/1.1 408 "));
  }
}

TEST(HttpServer, LeavesAPeerThatDoesNotRead) {
  TestServer server(short_limits());
  TestPeer peer(server.port());
  ASSERT_TRUE(peer.send(get("/large")));
  const auto is_left = [&server] {
    return server.statistics().connections_total == 1 && server.statistics().connections_open == 0;
  };
  for (int i = 0; i < 100 && !is_left(); ++i) std::this_thread::sleep_for(30ms);
  EXPECT_TRUE(is_left());
}

TEST(HttpServer, SetsNoDeadlineToAHandler) {
  TestServer server(short_limits());
  TestPeer peer(server.port());
  ASSERT_TRUE(peer.send(get("/slow")));  // 400 ms.
  EXPECT_EQ(body_of(peer.receive_answer()), "/slow|");
}

TEST(HttpServer, TakesNoMoreConnectionsThanItMay) {
  HttpLimits limits;
  limits.connections_max = 2;
  TestServer server(limits);
  TestPeer first(server.port());
  TestPeer second(server.port());
  ASSERT_TRUE(first.send(get("/1")));
  ASSERT_TRUE(second.send(get("/2")));
  EXPECT_EQ(body_of(first.receive_answer()), "/1|");
  EXPECT_EQ(body_of(second.receive_answer()), "/2|");
  TestPeer third(server.port());
  EXPECT_EQ(third.receive_all().find("HTTP"), std::string::npos);
  ASSERT_TRUE(first.send(get("/1")));
  EXPECT_EQ(body_of(first.receive_answer()), "/1|");
}

TEST(HttpServer, DrainsWithoutLosingAnAnswer) {
  TestServer server;
  TestPeer idle(server.port());
  TestPeer fresh(server.port());
  TestPeer busy(server.port());
  ASSERT_TRUE(idle.send(get("/1")));
  EXPECT_EQ(body_of(idle.receive_answer()), "/1|");
  ASSERT_TRUE(busy.send(get("/slow")));
  std::this_thread::sleep_for(50ms);

  const auto took = server.drain(10s);
  EXPECT_GE(took, 200ms);
  EXPECT_LT(took, 5s);
  EXPECT_EQ(idle.receive_all(), "");
  EXPECT_EQ(fresh.receive_all(), "");
  const std::string answer = busy.receive_all();
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
  EXPECT_EQ(body_of(answer), "/slow|");
}

TEST(HttpServer, DrainsNoLongerThanItMay) {
  TestServer server;
  TestPeer half(server.port());
  TestPeer deaf(server.port());
  ASSERT_TRUE(half.send("GET / HT"));
  ASSERT_TRUE(deaf.send(get("/large")));
  std::this_thread::sleep_for(50ms);
  const auto took = server.drain(500ms);
  EXPECT_GE(took, 400ms);
  EXPECT_LT(took, 3s);
}

TEST(HttpServer, EndsWithItsLoopInTheMiddleOfARequest) {
  EventLoop loop;
  TestHandler handler;
  NoLog log;
  HttpServer server(loop, handler, HttpLimits(), log);
  auto acceptor = listen_tcp(loop, {"127.0.0.1", 0});
  ASSERT_TRUE(acceptor);
  const auto port = (*acceptor)->port();
  server.serve(*std::move(acceptor));
  std::thread thread([&loop] { loop.run(); });
  TestPeer peer(port);
  ASSERT_TRUE(peer.send(get("/slow")));
  std::this_thread::sleep_for(50ms);
  loop.stop();
  thread.join();
}

}  // namespace
}  // namespace velum::server_test
