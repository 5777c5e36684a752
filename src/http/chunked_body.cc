#include "http/chunked_body.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

#include "http/ascii.h"

namespace velum {

namespace beast = boost::beast;

namespace {

// Of what stands between two chunks, without the CRLF at its end. Nobody needs more than a size.
constexpr std::size_t chunk_line_size_max_bytes = 128;

// The last chunk's line is taken together with the body's end, of which all but a byte may be
// there.
constexpr std::size_t waiting_size_max_bytes =
    chunk_line_size_max_bytes + std::string_view("\r\n\r").size();

// At least this much is missing whenever a body is not complete. Beast 1.81 asserts that a last
// chunk comes with its blank line, so less is not shown to it.
constexpr std::size_t rest_size_min_bytes = std::string_view("0\r\n\r\n").size();

// The guard has read the real head; this tells the parser no more than what comes.
constexpr std::string_view canned_head =
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

bool is_harmless_extension(std::string_view text) {
  return is_field_value(text) && text.find('"') == std::string_view::npos;
}

}  // namespace

class ChunkedBody::Parser final : public beast::http::basic_parser<true> {
 public:
  explicit Parser(std::size_t size_max_bytes) : room_bytes_(size_max_bytes) {
    // The limit is kept here: Beast's own fails with an error that does not say whose it is.
    body_limit(boost::none);
    eager(true);
    beast::error_code problem;
    const std::size_t taken =
        put(boost::asio::buffer(canned_head.data(), canned_head.size()), problem);
    VELUM_CHECK(!problem && taken == canned_head.size() && is_header_done());
    in_body_ = true;
  }

  void write_to(char* out) { out_ = out; }
  // Where the line that comes next begins, unless the rest of a chunk does.
  void read_from(const char* input) { line_begin_ = input; }
  const char* written_to() const { return out_; }
  std::uint64_t left_of_chunk_bytes() const { return left_of_chunk_bytes_; }
  bool is_over_limit() const { return is_over_limit_; }

 private:
  using Verb = beast::http::verb;
  using Field = beast::http::field;
  using Text = beast::string_view;
  using Problem = beast::error_code;

  static constexpr auto refused = beast::http::error::bad_chunk;

  void on_request_impl(Verb, Text, Text, int, Problem& problem) override { problem = {}; }
  void on_response_impl(int, Text, int, Problem& problem) override { problem = refused; }
  void on_field_impl(Field, Text, Text, Problem& problem) override {
    problem = in_body_ ? refused : Problem();
  }
  void on_header_impl(Problem& problem) override { problem = {}; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Problem& problem) override {
    problem = {};
  }
  std::size_t on_body_impl(Text, Problem& problem) override {
    problem = refused;
    return 0;
  }
  void on_chunk_header_impl(std::uint64_t size_bytes, Text extension, Problem& problem) override {
    problem = {};
    is_over_limit_ = size_bytes > room_bytes_;
    // Measured here, where the line is whole, so that it is not a matter of how it arrived.
    const auto line_size_bytes =
        static_cast<std::size_t>(extension.data() + extension.size() - line_begin_);
    if (is_over_limit_ || line_size_bytes > chunk_line_size_max_bytes ||
        !is_harmless_extension({extension.data(), extension.size()})) {
      problem = refused;
      return;
    }
    room_bytes_ -= static_cast<std::size_t>(size_bytes);
    left_of_chunk_bytes_ = size_bytes;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, Problem& problem) override {
    problem = {};
    std::memmove(out_, body.data(), body.size());
    out_ += body.size();
    line_begin_ = body.data() + body.size();
    left_of_chunk_bytes_ -= body.size();
    return body.size();
  }
  void on_finish_impl(Problem& problem) override { problem = {}; }

  std::size_t room_bytes_;
  std::uint64_t left_of_chunk_bytes_ = 0;
  char* out_ = nullptr;
  const char* line_begin_ = nullptr;
  bool in_body_ = false;
  bool is_over_limit_ = false;
};

ChunkedBody::ChunkedBody(std::size_t size_max_bytes)
    : parser_(std::make_unique<Parser>(size_max_bytes)) {}
ChunkedBody::ChunkedBody(ChunkedBody&&) noexcept = default;
ChunkedBody& ChunkedBody::operator=(ChunkedBody&&) noexcept = default;
ChunkedBody::~ChunkedBody() = default;

bool ChunkedBody::is_complete() const {
  return parser_->is_done();
}

std::optional<Refusal> ChunkedBody::decode(std::span<char> input) {
  parser_->write_to(input.data());
  taken_bytes_ = 0;
  beast::error_code problem;
  while (!parser_->is_done()) {
    std::span<char> rest = input.subspan(taken_bytes_);
    // A chunk's data alone may be shown to it, however little: somebody may wait for its effect.
    const std::uint64_t left_bytes = parser_->left_of_chunk_bytes();
    if (rest.size() < rest_size_min_bytes && left_bytes < rest.size()) {
      rest = rest.first(static_cast<std::size_t>(left_bytes));
    }
    if (rest.empty()) break;
    parser_->read_from(rest.data());
    const std::size_t taken = parser_->put(boost::asio::buffer(rest.data(), rest.size()), problem);
    taken_bytes_ += taken;
    if (problem || taken == 0) break;
  }
  produced_bytes_ = static_cast<std::size_t>(parser_->written_to() - input.data());

  if (parser_->is_over_limit()) {
    return Refusal{413, Error(ErrorCode::too_large, "the body is too large")};
  }
  if (problem && problem != beast::http::error::need_more) {
    return bad_request("the chunked body is malformed");
  }
  if (!parser_->is_done() && input.size() - taken_bytes_ > waiting_size_max_bytes) {
    return bad_request("a chunk's line is too long");
  }
  return std::nullopt;
}

}  // namespace velum
