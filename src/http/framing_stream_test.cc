// Whole streams of bytes: which requests are seen in them, and how it ends. Each is read in pieces
// of several sizes, as a network may cut it. A request for /hidden stands where only a parser that
// was led astray would find it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "http/request_reader.h"
#include "http/test_framing.h"
#include "http/test_framing_streams.h"

namespace velum::framing_test {
namespace {

constexpr std::size_t pieces[] = {1, 2, 3, 7, 64, 1 << 20};
constexpr std::size_t heads_count_min = 240;
constexpr std::size_t streams_count_min = 200;

std::string_view name_of(HttpMethod method) {
  constexpr std::string_view names[] = {"GET",   "HEAD",   "POST",    "PUT",
                                        "PATCH", "DELETE", "OPTIONS", "OTHER"};
  return names[static_cast<std::size_t>(method)];
}

std::string shown(const HttpRequest& request) {
  std::string text(name_of(request.method));
  text.append(" ").append(request.host).append(request.path);
  if (!request.query.empty()) text.append("?").append(request.query);
  if (!request.body.empty()) text.append(" ").append(request.body);
  return text;
}

struct Outcome {
  std::vector<std::string> requests;
  int end = StreamCase::between_requests;
};

int end_of(ReadStage stage) {
  if (stage == ReadStage::head) return StreamCase::in_head;
  return stage == ReadStage::body ? StreamCase::in_body : StreamCase::between_requests;
}

// As a connection would: takes all requests it can, releases them, and asks for more.
Outcome read_stream(std::string_view text, std::size_t piece) {
  RequestReader reader(test_head_limits, stream_body_max_bytes);
  HttpRequest request;
  Outcome outcome;
  while (true) {
    const auto progress = reader.next(request);
    if (progress == ReadProgress::refused) {
      outcome.end = reader.refusal().status;
      return outcome;
    }
    if (progress == ReadProgress::request) {
      outcome.requests.push_back(shown(request));
      continue;
    }
    reader.release();
    if (text.empty()) break;
    const auto space = reader.space();
    const std::size_t count = std::min({piece, space.size(), text.size()});
    std::copy_n(text.begin(), count, space.begin());
    reader.received(count);
    text.remove_prefix(count);
  }
  outcome.end = end_of(reader.stage());
  return outcome;
}

std::vector<StreamCase> all_streams() {
  std::vector<StreamCase> all = pipelining_streams();
  for (auto* more : {&length_streams, &encoding_streams, &chunk_streams, &first_byte_streams}) {
    std::vector<StreamCase> cases = more();
    all.insert(all.end(), cases.begin(), cases.end());
  }
  return all;
}

std::vector<FramingCase> all_heads() {
  std::vector<FramingCase> all = request_line_cases();
  for (auto* more : {&target_cases, &host_cases, &header_cases, &body_framing_cases}) {
    std::vector<FramingCase> cases = more();
    all.insert(all.end(), cases.begin(), cases.end());
  }
  return all;
}

TEST(FramingStreams, HoldTheseRequestsAndEndLikeThis) {
  for (const auto& [text, requests, end] : all_streams()) {
    for (const std::size_t piece : pieces) {
      SCOPED_TRACE(testing::PrintToString(text.substr(0, 300)) + " by " + std::to_string(piece));
      const Outcome outcome = read_stream(text, piece);
      EXPECT_EQ(outcome.requests, requests);
      EXPECT_EQ(outcome.end, end);
    }
  }
}

TEST(FramingStreams, NothingIsReadBehindARefusedHead) {
  for (const auto& [text, status] : all_heads()) {
    // One blank line before a request is skipped by the reader, so that the guard never sees it.
    if (status == FramingCase::incomplete || text.starts_with("\r\n")) continue;
    for (const std::size_t piece : pieces) {
      SCOPED_TRACE(testing::PrintToString(text.substr(0, 200)) + " by " + std::to_string(piece));
      const Outcome outcome = read_stream(text + get("/hidden"), piece);
      if (status != FramingCase::accepted) EXPECT_TRUE(outcome.requests.empty());
    }
  }
}

TEST(FramingStreams, AreEnoughAndAllDifferent) {
  std::set<std::string> texts;
  const auto heads = all_heads();
  const auto streams = all_streams();
  for (const auto& head : heads) {
    EXPECT_TRUE(texts.insert(head.text).second) << testing::PrintToString(head.text);
  }
  for (const auto& stream : streams) {
    EXPECT_TRUE(texts.insert(stream.text).second) << testing::PrintToString(stream.text);
  }
  EXPECT_GE(heads.size(), heads_count_min);
  EXPECT_GE(streams.size(), streams_count_min);
  std::printf("figure framing cases: %zu (%zu heads, %zu streams)\n", texts.size(), heads.size(),
              streams.size());
}

}  // namespace
}  // namespace velum::framing_test
