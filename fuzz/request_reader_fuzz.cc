// Promises: what a connection says is the same requests however its bytes are cut, and each request
// is where a strict reader of RFC 9112 finds it, so nothing can be smuggled past us. A body that is
// streamed is the one that would have been kept.

#include <optional>
#include <vector>

#include "fuzz/fuzz.h"
#include "http/ascii.h"
#include "http/request_reader.h"

namespace velum {
namespace {

constexpr HeadLimits limits{6000, 7000, 10};
constexpr std::size_t body_size_max_bytes = 8000;

struct Read {
  std::string path;
  std::string query;
  std::string host;
  std::string body;
  std::vector<std::string> headers;  // Name and value in turn.
  HttpMethod method{};
  BodyFraming framing{};
  bool keep_alive = false;

  friend bool operator==(const Read&, const Read&) = default;
};

struct Outcome {
  std::vector<Read> requests;
  int refusal = 0;
  ReadStage stage{};
};

// In the middle of chunks that nothing can come of, one way of cutting them may be refused where
// another waits for more.
bool agree(const Outcome& left, const Outcome& right) {
  const bool is_same_end = left.refusal == right.refusal || left.stage == ReadStage::body;
  return left.requests == right.requests && left.stage == right.stage && is_same_end;
}

Read copy_of(const HttpRequest& request, const RequestFraming& framing) {
  Read read{std::string(request.path),
            std::string(request.query),
            std::string(request.host),
            std::string(request.body),
            {},
            request.method,
            framing.body,
            framing.keep_alive};
  for (const HttpHeader& header : request.headers) {
    read.headers.emplace_back(header.name);
    read.headers.emplace_back(header.value);
  }
  return read;
}

// False if there is no more.
bool receive(RequestReader& reader, std::string_view& stream, std::size_t piece) {
  if (stream.empty()) return false;
  const auto space = reader.space();
  const std::size_t count = std::min({piece, space.size(), stream.size()});
  std::copy_n(stream.begin(), count, space.begin());
  reader.received(count);
  stream.remove_prefix(count);
  return true;
}

// False if the body did not come to its end.
bool take_stream(RequestReader& reader, HttpRequest& request, std::string& body,
                 std::string_view& stream, std::size_t piece) {
  reader.release();
  reader.open_stream(request);
  std::string_view part;
  while (true) {
    switch (reader.next_piece(part)) {
      case PieceProgress::piece: body.append(part); break;
      case PieceProgress::end: return true;
      case PieceProgress::refused: return false;
      case PieceProgress::needs_more:
        if (!receive(reader, stream, piece)) return false;
    }
  }
}

Outcome feed(std::string_view stream, std::size_t piece, RequestReader::IsStreamed is_streamed) {
  RequestReader reader(limits, body_size_max_bytes, std::move(is_streamed));
  HttpRequest request;
  Outcome outcome;
  while (true) {
    const ReadProgress progress = reader.next(request);
    if (progress == ReadProgress::request) {
      outcome.requests.push_back(copy_of(request, reader.framing()));
      continue;
    }
    if (progress == ReadProgress::stream) {
      std::string body;
      if (!take_stream(reader, request, body, stream, piece)) break;
      outcome.requests.push_back(copy_of(request, reader.framing()));
      outcome.requests.back().body = std::move(body);
      reader.close_stream();
      continue;
    }
    if (progress == ReadProgress::refused) {
      outcome.refusal = reader.refusal().status;
      break;
    }
    reader.release();
    if (!receive(reader, stream, piece)) break;
  }
  outcome.stage = reader.stage();
  return outcome;
}

// The headers of that name, by a reader that knows nothing of ours.
std::vector<std::string_view> named(const Read& read, std::string_view name) {
  std::vector<std::string_view> values;
  for (std::size_t at = 0; at < read.headers.size(); at += 2) {
    if (equal_ignoring_case(read.headers[at], name)) values.emplace_back(read.headers[at + 1]);
  }
  return values;
}

// Where the head that `stream` begins with ends; it must be lines that end in CRLF and no other
// way.
std::size_t head_size(std::string_view stream) {
  const std::size_t end = stream.find("\r\n\r\n");
  VELUM_CHECK(end != std::string_view::npos);
  for (std::size_t at = 0; at < end; ++at) {
    VELUM_CHECK(stream[at] != '\n' || (at > 0 && stream[at - 1] == '\r'));
    VELUM_CHECK(stream[at] != '\r' || stream[at + 1] == '\n');
    VELUM_CHECK(stream[at] != '\0');
  }
  return end + 4;
}

// Holds `read` to the bytes that it was made of, and takes them off. nullopt where they are chunks,
// which chunked_body_fuzz.cc looks at.
std::optional<std::string_view> without(const Read& read, std::string_view stream) {
  if (stream.starts_with("\r\n")) stream.remove_prefix(2);
  const std::size_t head = head_size(stream);
  const auto lengths = named(read, "Content-Length");
  const auto encodings = named(read, "Transfer-Encoding");
  const bool is_1_1 = stream.substr(0, stream.find("\r\n")).ends_with(" HTTP/1.1");
  VELUM_CHECK(named(read, "Host").size() == 1 || (!is_1_1 && named(read, "Host").empty()));
  VELUM_CHECK(read.path.starts_with('/') && read.path.find_first_of(" ?#\t") == std::string::npos);
  VELUM_CHECK(lengths.size() + encodings.size() <= 1);
  VELUM_CHECK(read.body.size() <= body_size_max_bytes);
  if (!encodings.empty()) {
    VELUM_CHECK(is_1_1 && encodings.front() == "chunked" && read.framing == BodyFraming::chunked);
    return std::nullopt;
  }
  const std::string length = lengths.empty() ? "0" : std::string(lengths.front());
  VELUM_CHECK(!length.empty() && length.find_first_not_of("0123456789") == std::string::npos);
  VELUM_CHECK(std::stoull(length) == read.body.size());
  VELUM_CHECK(stream.substr(head, read.body.size()) == read.body);
  return stream.substr(head + read.body.size());
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  const std::string_view stream = fuzz::text_of(data, size);
  const Outcome whole = feed(stream, size, nullptr);
  // Streamed bodies are the same bodies, but that they have no limit.
  const auto every = [](const HttpRequest&) { return true; };
  const Outcome streamed = feed(stream, size, every);
  VELUM_CHECK(streamed.requests.size() >= whole.requests.size());
  VELUM_CHECK(std::equal(whole.requests.begin(), whole.requests.end(), streamed.requests.begin()));
  for (const std::size_t piece : {1U, 2U, 7U, 1000U}) {
    VELUM_CHECK(agree(feed(stream, piece, nullptr), whole));
    VELUM_CHECK(agree(feed(stream, piece, every), streamed));
  }

  std::optional<std::string_view> rest = stream;
  for (const Read& read : whole.requests) {
    if (rest) rest = without(read, *rest);
  }
  return 0;
}
