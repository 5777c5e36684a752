#include "http/request_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace velum::request_reader_test {
namespace {

constexpr HeadLimits limits{8 << 10, 32 << 10, 100};
constexpr std::size_t body_size_max_bytes = 100'000;

struct Outcome {
  std::vector<std::string> requests;  // "path body".
  int status = 0;                     // Of the refusal, if there was one.
  ReadStage stage = ReadStage::next_request;
};

// False if there is no more.
bool receive(RequestReader& reader, std::string_view& text, std::size_t piece) {
  if (text.empty()) return false;
  const auto space = reader.space();
  const std::size_t count = std::min({piece, space.size(), text.size()});
  std::copy_n(text.begin(), count, space.begin());
  reader.received(count);
  text.remove_prefix(count);
  return true;
}

// The body of a streamed request, or nullopt if it did not come to its end.
std::optional<std::string> streamed_body(RequestReader& reader, HttpRequest& request,
                                         std::string_view& text, std::size_t piece) {
  reader.release();
  reader.open_stream(request);
  std::string body;
  std::string_view part;
  while (true) {
    switch (reader.next_piece(part)) {
      case PieceProgress::piece: body.append(part); break;
      case PieceProgress::end: return body;
      case PieceProgress::refused: return std::nullopt;
      case PieceProgress::needs_more:
        if (!receive(reader, text, piece)) return std::nullopt;
    }
  }
}

// As a connection would: takes all requests it can, releases them, and asks for more.
Outcome read_in_pieces(std::string_view text, std::size_t piece,
                       RequestReader::IsStreamed is_streamed = nullptr) {
  RequestReader reader(limits, body_size_max_bytes, std::move(is_streamed));
  HttpRequest request;
  Outcome outcome;
  while (true) {
    const auto progress = reader.next(request);
    if (progress == ReadProgress::refused) {
      outcome.status = reader.refusal().status;
      return outcome;
    }
    if (progress == ReadProgress::stream) {
      const auto body = streamed_body(reader, request, text, piece);
      if (!body) break;
      outcome.requests.push_back(std::string(request.path) + " " + *body);
      reader.close_stream();
      continue;
    }
    if (progress == ReadProgress::request) {
      outcome.requests.push_back(std::string(request.path) + " " + std::string(request.body));
      continue;
    }
    reader.release();
    if (!receive(reader, text, piece)) break;
  }
  outcome.stage = reader.stage();
  return outcome;
}

std::string get(std::string_view path) {
  return std::string("GET ").append(path).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
}

std::string post(std::string_view path, std::string_view body) {
  return std::string("POST ").append(path).append(" HTTP/1.1\r\nHost: a\r\nContent-Length: ") +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string chunked(std::string_view body) {
  return std::string("POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      .append(body);
}

TEST(RequestReader, ReadsTheSameHoweverItIsCut) {
  const std::string large(50'000, 'x');
  std::string large_chunks;
  for (int i = 0; i < 50; ++i) large_chunks += "3e8\r\n" + large.substr(0, 1000) + "\r\n";
  const std::string text = get("/1") + post("/2", "two") + "\r\n" +
                           chunked("5\r\nthree\r\n0\r\n\r\n") + post("/4", large) +
                           chunked(large_chunks + "0\r\n\r\n") + post("/5", "") +
                           chunked("0\r\n\r\n") + get("/6");
  const std::vector<std::string> want{"/1 ",         "/2 two", "/c three", "/4 " + large,
                                      "/c " + large, "/5 ",    "/c ",      "/6 "};
  for (const std::size_t piece : {1, 2, 3, 5, 7, 64, 1000, 4096, 5000, 1 << 20}) {
    SCOPED_TRACE(piece);
    const Outcome outcome = read_in_pieces(text, piece);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_TRUE(outcome.requests == want);
    EXPECT_EQ(outcome.stage, ReadStage::next_request);
    const Outcome streamed = read_in_pieces(text, piece, [](const HttpRequest&) { return true; });
    EXPECT_TRUE(streamed.requests == want);
    EXPECT_EQ(streamed.stage, ReadStage::next_request);
    const Outcome mixed = read_in_pieces(
        text, piece, [](const HttpRequest& request) { return request.path == "/c"; });
    EXPECT_TRUE(mixed.requests == want);
    EXPECT_EQ(mixed.stage, ReadStage::next_request);
  }
}

// No body limit, and no more memory than a piece takes: what was taken is wiped.
TEST(RequestReader, HoldsOnlyAPieceOfAStream) {
  constexpr std::size_t parts = 1000;
  const std::string part(5000, 'x');
  const auto all = [](const HttpRequest&) { return true; };
  RequestReader reader(limits, body_size_max_bytes, all);
  std::string_view head = "POST /s HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n";
  ASSERT_TRUE(receive(reader, head, 4096));
  HttpRequest request;
  ASSERT_EQ(reader.next(request), ReadProgress::stream);
  reader.open_stream(request);
  std::size_t taken = 0;
  std::string_view piece;
  for (std::size_t index = 0; index < parts; ++index) {
    std::string_view rest = part;
    while (!rest.empty()) {
      ASSERT_EQ(reader.next_piece(piece), PieceProgress::needs_more);
      ASSERT_LE(reader.space().size(), std::size_t{66'000});
      ASSERT_TRUE(receive(reader, rest, rest.size()));
      ASSERT_EQ(reader.next_piece(piece), PieceProgress::piece);
      taken += piece.size();
    }
  }
  EXPECT_EQ(reader.next_piece(piece), PieceProgress::end);
  EXPECT_EQ(taken, parts * part.size());
  EXPECT_EQ(request.path, "/s");
  const std::span<char> buffer = reader.drop_everything();
  EXPECT_EQ(std::count(buffer.begin(), buffer.end(), 'x'), 0);
}

TEST(RequestReader, RefusesAStreamThatIsNoBody) {
  const auto all = [](const HttpRequest&) { return true; };
  for (const std::string_view chunks :
       {"5\r\nhello!\r\n0\r\n\r\n", "g\r\n12345", "5\r\nhello\r\n0\r\nA: b\r\n\r\n"}) {
    for (const std::size_t piece : {1, 3, 1000}) {
      const Outcome outcome = read_in_pieces(chunked(chunks), piece, all);
      EXPECT_TRUE(outcome.requests.empty()) << chunks;
      EXPECT_EQ(outcome.stage, ReadStage::body);
    }
  }
}

// A line's limit is that of the line, not of what of it has arrived.
TEST(RequestReader, LimitsAChunksLineHoweverItIsCut) {
  const std::string end = "0\r\n\r\n";
  std::size_t accepted = 0;
  for (std::size_t size = 100; size < 150; ++size) {
    const std::string line = "3;" + std::string(size, 'e') + "\r\nabc\r\n";
    const std::string last = "0;" + std::string(size, 'e') + "\r\n\r\n";
    const std::string zeros = std::string(size, '0') + "3\r\nabc\r\n";
    for (const std::string& text : {line + end, line + line + end, line + last, zeros + end}) {
      const Outcome whole = read_in_pieces(chunked(text), 1000);
      EXPECT_TRUE(whole.requests.size() == 1 || whole.status == 400) << size;
      accepted += whole.requests.size();
      for (const std::size_t piece : {1, 2, 3, 7}) {
        SCOPED_TRACE(std::to_string(size) + " by " + std::to_string(piece));
        const Outcome outcome = read_in_pieces(chunked(text), piece);
        EXPECT_EQ(outcome.requests, whole.requests);
        EXPECT_EQ(outcome.status, whole.status);
      }
    }
  }
  EXPECT_GT(accepted, 90U);
  EXPECT_LT(accepted, 115U);
}

TEST(RequestReader, ReadsChunks) {
  struct Case {
    std::string_view text;
    int status;
    std::string_view body;
  };
  static constexpr int incomplete = -1;
  const std::string long_line = "5;" + std::string(300, 'a') + "\r\nhello\r\n0\r\n\r\n";
  const std::string long_zero(300, '0');
  const Case cases[] = {
      {"5\r\nhello\r\n0\r\n\r\n", 0, "hello"},
      {"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", 0, "hello"},
      {"A\r\n0123456789\r\n0\r\n\r\n", 0, "0123456789"},
      {"a\r\n0123456789\r\n0\r\n\r\n", 0, "0123456789"},
      {"0005\r\nhello\r\n000\r\n\r\n", 0, "hello"},
      {"5;a=b\r\nhello\r\n0\r\n\r\n", 0, "hello"},
      {"5;a\r\nhello\r\n0;b\r\n\r\n", 0, "hello"},
      {"5\r\nhel", incomplete, ""},
      {"5\r\nhello\r\n0\r\n", incomplete, ""},
      {"5\r\nhello\r\n", incomplete, ""},
      {"", incomplete, ""},
      {"5;a=\"b\"\r\nhello\r\n0\r\n\r\n", 400, ""},
      {"5;a=\"\n\"\r\nhello\r\n0\r\n\r\n", 400, ""},
      {"5\nhello\r\n0\r\n\r\n", 400, ""},
      {"5\r\nhello\n0\r\n\r\n", 400, ""},
      {"5\r\nhelloX0\r\n\r\n", 400, ""},
      {"5\r\nhello!\r\n0\r\n\r\n", 400, ""},
      {"-5\r\nhello\r\n0\r\n\r\n", 400, ""},
      {"+5\r\nhello\r\n0\r\n\r\n", 400, ""},
      {"0x5\r\nhello\r\n0\r\n\r\n", 400, ""},
      {" 5\r\nhello\r\n0\r\n\r\n", 400, ""},
      {"5 \r\nhello\r\n0\r\n\r\n", 400, ""},
      {"5 5\r\nhello\r\n0\r\n\r\n", 400, ""},
      {"g\r\nhello\r\n0\r\n\r\n", 400, ""},
      {"\r\nhello\r\n0\r\n\r\n", 400, ""},
      {"10000000000000000\r\nhello\r\n0\r\n\r\n", 400, ""},
      {"ffffffffffffffff\r\nhello", 413, ""},
      {"fffffffffffffff0\r\nhello", 413, ""},
      {"186a0\r\n", incomplete, ""},
      {"186a1\r\n", 413, ""},
      {"5\r\nhello\r\n1869c\r\n", 413, ""},
      {"0\r\nTrailer: x\r\n\r\n", 400, ""},
      {"5\r\nhello\r\n0\r\nContent-Length: 3\r\n\r\n", 400, ""},
      {"0\r\nA: b\r\n c\r\n\r\n", 400, ""},
      {long_line, 400, ""},
      {long_zero, 400, ""},
  };
  for (const auto& [text, status, body] : cases) {
    for (const std::size_t piece : {1, 4, 1000}) {
      SCOPED_TRACE(testing::PrintToString(text) + " by " + std::to_string(piece));
      const Outcome outcome = read_in_pieces(chunked(text), piece);
      if (status == incomplete) {
        EXPECT_EQ(outcome.status, 0);
        EXPECT_EQ(outcome.stage, ReadStage::body);
      } else if (status != 0) {
        EXPECT_EQ(outcome.status, status);
        EXPECT_TRUE(outcome.requests.empty());
      } else {
        ASSERT_EQ(outcome.requests.size(), 1U);
        EXPECT_EQ(outcome.requests[0], "/c " + std::string(body));
      }
    }
  }
}

TEST(RequestReader, KeepsToTheBodyLimitBeforeTheBodyComes) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ";
  EXPECT_EQ(read_in_pieces(head + "100000\r\n\r\n", 1000).status, 0);
  EXPECT_EQ(read_in_pieces(head + "100001\r\n\r\n", 1000).status, 413);
  EXPECT_EQ(read_in_pieces(head + "18446744073709551615\r\n\r\n", 1000).status, 413);
}

TEST(RequestReader, SmugglesNothing) {
  // The second request of each is inside what the first one's framing covers, or follows a refusal.
  const std::string hidden = get("/hidden");
  for (const std::string& text :
       {std::string("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ") +
            std::to_string(hidden.size()) + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
            hidden,
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 40\r\n\r\n" + hidden,
        "GET / HTTP/1.1\r\nHost: a\r\nA: b\n\r\n\r\n" + hidden, "\r\n\r\n" + hidden,
        post("/", hidden)}) {
    SCOPED_TRACE(testing::PrintToString(text));
    for (const auto& request : read_in_pieces(text, 4096).requests) {
      EXPECT_FALSE(request.starts_with("/hidden"));
    }
  }
}

TEST(RequestReader, WipesWhatWasReleased) {
  RequestReader reader(limits, body_size_max_bytes);
  const std::string text = post("/", "ana@example.com");
  const auto space = reader.space();
  std::copy(text.begin(), text.end(), space.begin());
  reader.received(text.size());
  HttpRequest request;
  ASSERT_EQ(reader.next(request), ReadProgress::request);
  ASSERT_EQ(request.body, "ana@example.com");
  reader.release();
  const auto after = reader.space();
  EXPECT_EQ(after.data(), space.data());
  EXPECT_TRUE(std::all_of(after.begin(), after.end(), [](char letter) { return letter == 0; }));
}

TEST(RequestReader, GivesALargeBufferBack) {
  RequestReader reader(limits, body_size_max_bytes);
  HttpRequest request;
  std::string text = post("/", std::string(90'000, 'x'));
  while (reader.next(request) == ReadProgress::needs_more) {
    const auto space = reader.space();
    const std::size_t count = std::min(space.size(), text.size());
    std::copy_n(text.begin(), count, space.begin());
    reader.received(count);
    text.erase(0, count);
  }
  reader.release();
  EXPECT_LE(reader.space().size(), 4096U);
}

}  // namespace
}  // namespace velum::request_reader_test
