// Connection over a stream in memory: what is read together, and what is written together.

#include "http/connection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>

#include "http/test_server.h"

namespace velum {
namespace {

// Brings its pieces one read at a time, then the end; keeps each write apart.
class MemoryStream final : public Stream {
 public:
  struct Log {
    std::deque<std::string> input;
    std::vector<std::string> writes;
    bool write_fails = false;
    bool closed = false;
  };
  explicit MemoryStream(Log& log) : log_(log) {}

  Task<Result<std::size_t>> read_some(std::span<char> out) override {
    if (log_.input.empty()) co_return std::size_t{0};
    std::string& piece = log_.input.front();
    const std::size_t count = std::min(out.size(), piece.size());
    std::copy_n(piece.begin(), count, out.begin());
    piece.erase(0, count);
    if (piece.empty()) log_.input.pop_front();
    co_return count;
  }
  Task<Result<void>> write_all(std::span<const std::string_view> parts) override {
    if (log_.write_fails) co_return Error(ErrorCode::io, "planned");
    std::string text;
    for (const auto part : parts) text.append(part);
    log_.writes.push_back(text);
    co_return Result<void>();
  }
  void abort() override {}
  void abort_read() override {}
  Task<void> finish_writing() override { co_return; }
  Task<void> close() override {
    log_.closed = true;
    co_return;
  }

 private:
  Log& log_;
};

void serve(MemoryStream::Log& log) {
  EventLoop loop;
  TestHandler handler;
  ConnectionGroup group{handler, HttpLimits(), std::chrono::milliseconds(10)};
  Connection connection(group, std::make_unique<MemoryStream>(log));
  auto run = [&connection]() -> Task<bool> {
    co_await connection.run();
    co_return true;
  };
  EXPECT_TRUE(loop.run_to_end(run()));
}

std::string get(std::string_view path, std::string_view headers = "") {
  return std::string("GET ").append(path).append(" HTTP/1.1\r\nHost: a\r\n").append(headers) +
         "\r\n";
}

std::size_t count_of(std::string_view needle, std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(needle, at)) != std::string_view::npos; ++at) ++count;
  return count;
}

TEST(Connection, WritesTheAnswersToOneReadTogetherAndInOrder) {
  MemoryStream::Log log{{get("/1") + get("/2") + get("/3"), get("/4")}, {}};
  serve(log);
  ASSERT_EQ(log.writes.size(), 2U);
  EXPECT_EQ(count_of("HTTP/1.1 200 OK", log.writes[0]), 3U);
  EXPECT_LT(log.writes[0].find("/1|"), log.writes[0].find("/2|"));
  EXPECT_LT(log.writes[0].find("/2|"), log.writes[0].find("/3|"));
  EXPECT_TRUE(log.writes[1].ends_with("/4|"));
  EXPECT_TRUE(log.closed);
}

TEST(Connection, AnswersWhatIsCompleteBeforeWaitingForMore) {
  MemoryStream::Log log{{get("/1") + "GET /2 HT", "TP/1.1\r\nHost: a\r\n\r\n"}, {}};
  serve(log);
  ASSERT_EQ(log.writes.size(), 2U);
  EXPECT_TRUE(log.writes[0].ends_with("/1|"));
  EXPECT_TRUE(log.writes[1].ends_with("/2|"));
}

TEST(Connection, HoldsBackABoundedNumberOfAnswers) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += get("/");
  MemoryStream::Log log{{text}, {}};
  serve(log);
  EXPECT_GE(log.writes.size(), 4U);
  std::string all;
  for (const auto& write : log.writes) all += write;
  EXPECT_EQ(count_of("HTTP/1.1 200 OK", all), 100U);
}

TEST(Connection, AnswersNothingAfterTheLastRequest) {
  for (const std::string& last : {get("/last", "Connection: close\r\n"), get("/close"),
                                  std::string("GET /last HTTP/1.0\r\n\r\n")}) {
    MemoryStream::Log log{{get("/1") + last + get("/more")}, {}};
    serve(log);
    ASSERT_EQ(log.writes.size(), 1U);
    EXPECT_EQ(count_of("HTTP/1.1 200 OK", log.writes[0]), 2U);
    EXPECT_EQ(count_of("Connection: close", log.writes[0]), 1U);
    EXPECT_EQ(count_of("/more", log.writes[0]), 0U);
    EXPECT_TRUE(log.closed);
  }
}

TEST(Connection, KeepsAnOldClientThatAsksForIt) {
  const std::string request = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  MemoryStream::Log log{{request, request}, {}};
  serve(log);
  ASSERT_EQ(log.writes.size(), 2U);
  EXPECT_EQ(count_of("Connection: keep-alive", log.writes[1]), 1U);
}

TEST(Connection, AnswersHeadWithoutBody) {
  MemoryStream::Log log{{"HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\n" + get("/2")}, {}};
  serve(log);
  ASSERT_EQ(log.writes.size(), 1U);
  EXPECT_EQ(count_of("Content-Length: 5\r\n", log.writes[0]), 1U);
  EXPECT_EQ(count_of("/abc|", log.writes[0]), 0U);
  EXPECT_TRUE(log.writes[0].ends_with("/2|"));
}

TEST(Connection, SendsWhatTheProgramHas) {
  MemoryStream::Log log{{"HEAD /fixed HTTP/1.1\r\nHost: a\r\n\r\n" + get("/fixed") + get("/2")},
                        {}};
  serve(log);
  ASSERT_EQ(log.writes.size(), 1U);
  EXPECT_EQ(count_of("Content-Length: 21\r\n", log.writes[0]), 2U);
  EXPECT_EQ(count_of("\r\n\r\nas the program has itHTTP/1.1 200 OK", log.writes[0]), 1U);
  EXPECT_TRUE(log.writes[0].ends_with("/2|"));
}

TEST(Connection, SendsNoBodyWith204) {
  MemoryStream::Log log{{get("/empty")}, {}};
  serve(log);
  ASSERT_EQ(log.writes.size(), 1U);
  EXPECT_TRUE(log.writes[0].ends_with("\r\n\r\n"));
  EXPECT_EQ(count_of("Content-Length", log.writes[0]), 0U);
}

TEST(Connection, LetsThoseWhoWaitSendTheirBody) {
  const std::string head =
      "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
  struct Case {
    std::deque<std::string> input;
    std::size_t continues;
  };
  for (const auto& [input, continues] : {Case{{head, "body"}, 1}, Case{{head, "bo", "dy"}, 1},
                                         Case{{head + "body"}, 0}, Case{{head + "bo", "dy"}, 0}}) {
    MemoryStream::Log log{input, {}};
    serve(log);
    std::string all;
    for (const auto& write : log.writes) all += write;
    EXPECT_EQ(count_of("HTTP/1.1 100 Continue\r\n\r\n", all), continues);
    EXPECT_TRUE(all.ends_with("/p|body"));
  }
}

TEST(Connection, RefusesTooLargeABodyWithoutAskingForIt) {
  MemoryStream::Log log{
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\nExpect: 100-continue\r\n\r\n",
       "never read as a request"},
      {}};
  serve(log);
  ASSERT_EQ(log.writes.size(), 1U);
  EXPECT_TRUE(log.writes[0].starts_with("HTTP/1.1 413 "));
  EXPECT_EQ(count_of("Connection: close", log.writes[0]), 1U);
  EXPECT_TRUE(log.input.empty());  // Read, so that the peer sees the answer and no reset.
}

TEST(Connection, RefusesAfterHavingAnsweredWhatWasFine) {
  MemoryStream::Log log{{get("/1") + "GET / HTTP/1.1\r\n\r\n" + get("/2")}, {}};
  serve(log);
  ASSERT_EQ(log.writes.size(), 1U);
  EXPECT_EQ(count_of("HTTP/1.1 200", log.writes[0]), 1U);
  EXPECT_EQ(count_of("HTTP/1.1 400", log.writes[0]), 1U);
  EXPECT_EQ(count_of("/2|", log.writes[0]), 0U);
}

TEST(Connection, EndsWhenItCannotWrite) {
  MemoryStream::Log log{{get("/1"), get("/2")}, {}};
  log.write_fails = true;
  serve(log);
  EXPECT_EQ(log.input.size(), 1U);
  EXPECT_TRUE(log.closed);
}

TEST(Connection, SaysNothingToHalfARequest) {
  MemoryStream::Log log{{"GET / HTTP/1.1\r\nHo"}, {}};
  serve(log);
  EXPECT_TRUE(log.writes.empty());
  EXPECT_TRUE(log.closed);
}

}  // namespace
}  // namespace velum
