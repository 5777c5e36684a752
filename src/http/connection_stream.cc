// The requests of a connection whose bodies are streamed: one at a time, and the earlier answers
// are on their way before it begins.

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "http/connection.h"

namespace velum {
namespace {

// A streamed body has no limit, so it has the deadline of a body for each that many bytes. Bytes
// that drip in renew nothing, and neither does a handler that is slow.
constexpr std::size_t bytes_a_deadline = 64 << 10;

Error connection_lost() {
  return {ErrorCode::cancelled, "the connection was lost"};
}

}  // namespace

Task<void> Connection::stream() {
  co_await flush();
  if (lost_) co_return;
  reader_.release();
  reader_.open_stream(request_);
  streaming_.emplace();
  renew_allowance();
  enter(Phase::handling);
  ++group_.statistics.requests_total;
  HttpResponse response = co_await group_.handler.stream(request_, *this);
  co_await finish_stream(std::move(response));
  if (streaming_->whole) reader_.close_stream();
  streaming_.reset();
}

Task<void> Connection::finish_stream(HttpResponse response) {
  if (streaming_->refusal) ++group_.statistics.refused_total;
  if (!streaming_->begun) {
    // What is left of the body would be read as the next request.
    response.close = response.close || !streaming_->whole;
    answer(std::move(response), reader_.framing());
    co_return;
  }
  constexpr std::array<std::string_view, 1> last_chunk{"0\r\n\r\n"};
  if (reader_.framing().version == HttpVersion::http_1_1) {
    static_cast<void>((co_await write_parts(last_chunk)).has_value());
  }
  if (!streaming_->whole) ending_ = lingering_ = true;
}

Task<Result<std::string_view>> Connection::read() {
  std::string_view piece;
  while (!lost_ && !streaming_->refusal) {
    switch (reader_.next_piece(piece)) {
      case PieceProgress::piece: co_return piece;
      case PieceProgress::end: streaming_->whole = true; co_return std::string_view();
      case PieceProgress::refused: streaming_->refusal = reader_.refusal(); break;
      case PieceProgress::needs_more: CO_TRY(co_await receive_piece()); break;
    }
  }
  co_return lost_ ? connection_lost() : streaming_->refusal->error;
}

Task<Result<void>> Connection::receive_piece() {
  if (reader_.take_expectation()) CO_TRY(co_await write_parts(continue_answer));
  enter(Phase::body);
  const Tick started = group_.now;
  deadline_ = started + streaming_->ticks_left;
  const auto count = co_await stream_->read_some(reader_.space());
  const bool is_late = expired_;
  enter(Phase::handling);
  if (is_late) {
    streaming_->refusal = {408, Error(ErrorCode::timeout, "the body took too long to arrive")};
    co_return streaming_->refusal->error;
  }
  if (!count) {
    lost_ = ending_ = true;
    co_return connection_lost();
  }
  if (*count == 0) {  // It may have closed its own side only, and be told.
    streaming_->refusal = bad_request("the body broke off");
    co_return streaming_->refusal->error;
  }
  reader_.received(*count);
  streaming_->ticks_left -= std::min(group_.now - started, streaming_->ticks_left);
  streaming_->counted_bytes += *count;
  if (streaming_->counted_bytes >= bytes_a_deadline) renew_allowance();
  co_return Result<void>();
}

void Connection::renew_allowance() {
  streaming_->ticks_left = group_.tick_after(group_.limits.body_deadline) - group_.now;
  streaming_->counted_bytes = 0;
}

Task<Result<void>> Connection::begin(const HttpResponse& head) {
  VELUM_CHECK(!std::exchange(streaming_->begun, true));
  has_served_ = true;
  RequestFraming framing = reader_.framing();
  const bool knows_chunks = framing.version == HttpVersion::http_1_1;
  framing.keep_alive = framing.keep_alive && knows_chunks;
  WipedText text;
  append_response_head(text, head, stay_or_leave(head, framing),
                       knows_chunks ? BodyEnd::chunks : BodyEnd::connection);
  const std::array<std::string_view, 1> parts{view(text)};
  co_return co_await write_parts(parts);
}

Task<Result<void>> Connection::write(std::string_view bytes) {
  VELUM_CHECK(streaming_->begun);
  if (bytes.empty()) co_return Result<void>();  // An empty chunk would be the last one.
  if (reader_.framing().version != HttpVersion::http_1_1) {
    const std::array<std::string_view, 1> whole{bytes};
    co_return co_await write_parts(whole);
  }
  std::array<char, 16> size{};
  const auto [end, problem] =
      std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16);
  VELUM_CHECK(problem == std::errc());
  const std::string_view digits(size.data(), static_cast<std::size_t>(end - size.data()));
  const std::array<std::string_view, 4> parts{digits, "\r\n", bytes, "\r\n"};
  co_return co_await write_parts(parts);
}

Task<Result<void>> Connection::write_parts(std::span<const std::string_view> parts) {
  if (lost_) co_return connection_lost();
  enter(Phase::writing);
  const auto written = co_await stream_->write_all(parts);
  enter(Phase::handling);
  if (!written) lost_ = ending_ = true;
  if (lost_) co_return connection_lost();
  co_return Result<void>();
}

}  // namespace velum
