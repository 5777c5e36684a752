#include "http/request_reader.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace velum {
namespace {

// Holds nearly every request, and is all that an idle connection keeps.
constexpr std::size_t idle_buffer_size_bytes = 4096;
// Beside its head, what is held of a request whose body is streamed.
constexpr std::size_t stream_buffer_size_bytes = 64 << 10;

}  // namespace

RequestReader::RequestReader(const HeadLimits& limits, std::size_t body_size_max_bytes,
                             IsStreamed is_streamed)
    : body_size_max_bytes_(body_size_max_bytes),
      is_streamed_(std::move(is_streamed)),
      buffer_(idle_buffer_size_bytes),
      scanner_(limits) {}

std::span<char> RequestReader::space() {
  VELUM_CHECK(begin_ == 0);
  if (end_ == buffer_.size()) grow();
  return std::span<char>(buffer_).subspan(end_);
}

void RequestReader::received(std::size_t count) {
  VELUM_CHECK(count <= buffer_.size() - end_);
  end_ += count;
}

// By doubling, so that memory follows what was sent and not what was announced.
void RequestReader::grow() {
  std::size_t size_bytes = 2 * buffer_.size();
  if (in_body_ && framing_.body == BodyFraming::length) {
    size_bytes = std::min(size_bytes, head_size_bytes_ + body_size_bytes_);
  }
  buffer_.resize(std::max(size_bytes, end_ + 1));
  views_are_stale_ = true;
}

ReadStage RequestReader::stage() const {
  if (in_body_) return ReadStage::body;
  return begin_ == end_ ? ReadStage::next_request : ReadStage::head;
}

bool RequestReader::take_expectation() {
  if (!in_body_ || !framing_.expects_continue) return false;
  framing_.expects_continue = false;
  return end_ - begin_ == head_size_bytes_;  // Otherwise it did not wait.
}

ReadProgress RequestReader::refuse(Refusal refusal) {
  refusal_.emplace(std::move(refusal));
  return ReadProgress::refused;
}

ReadProgress RequestReader::next(HttpRequest& request) {
  return in_body_ ? read_body(request) : read_head(request);
}

// Some clients end a body with a CRLF that they do not count.
void RequestReader::skip_blank_line() {
  if (skipped_blank_line_ || !unread().starts_with("\r\n")) return;
  skipped_blank_line_ = true;
  begin_ += 2;
}

ReadProgress RequestReader::read_head(HttpRequest& request) {
  skip_blank_line();
  if (unread().empty() || unread() == "\r") return ReadProgress::needs_more;
  if (auto refusal = scanner_.scan(unread())) return refuse(*std::move(refusal));
  head_size_bytes_ = scanner_.head_size_bytes();
  if (head_size_bytes_ == 0) return ReadProgress::needs_more;
  if (auto refusal = read_request_head(unread().substr(0, head_size_bytes_), request, framing_)) {
    return refuse(*std::move(refusal));
  }
  if (is_streamed_ && is_streamed_(request)) {
    in_body_ = true;
    return ReadProgress::stream;
  }
  if (framing_.content_length_bytes > body_size_max_bytes_) {
    return refuse({413, Error(ErrorCode::too_large, "the body is too large")});
  }
  body_size_bytes_ = static_cast<std::size_t>(framing_.content_length_bytes);
  if (framing_.body == BodyFraming::chunked) chunks_.emplace(body_size_max_bytes_);
  in_body_ = true;
  views_are_stale_ = false;
  return read_body(request);
}

ReadProgress RequestReader::read_body(HttpRequest& request) {
  if (framing_.body == BodyFraming::chunked) {
    if (auto refusal = decode_chunks()) return refuse(*std::move(refusal));
    if (!chunks_->is_complete()) return ReadProgress::needs_more;
  } else if (unread().size() - head_size_bytes_ < body_size_bytes_) {
    return ReadProgress::needs_more;
  }
  if (views_are_stale_) read_head_again(request);
  request.body = unread().substr(head_size_bytes_, body_size_bytes_);
  end_body();
  return ReadProgress::request;
}

void RequestReader::read_head_again(HttpRequest& request) {
  const auto head = unread().substr(0, head_size_bytes_);
  VELUM_CHECK(!read_request_head(head, request, framing_));
}

void RequestReader::end_body() {
  chunks_.reset();
  begin_ += head_size_bytes_ + body_size_bytes_;
  in_body_ = skipped_blank_line_ = false;
  scanner_.restart();
}

void RequestReader::open_stream(HttpRequest& request) {
  VELUM_CHECK(in_body_ && begin_ == 0);
  buffer_.resize(std::max(end_, head_size_bytes_ + stream_buffer_size_bytes));
  read_head_again(request);
  body_size_bytes_ = 0;
  stream_left_bytes_ = framing_.content_length_bytes;
  if (framing_.body == BodyFraming::chunked) {
    chunks_.emplace(std::numeric_limits<std::size_t>::max());
  }
}

PieceProgress RequestReader::next_piece(std::string_view& piece) {
  wipe_piece();
  if (!chunks_) {
    const std::uint64_t here = std::min<std::uint64_t>(end_ - head_size_bytes_, stream_left_bytes_);
    body_size_bytes_ = static_cast<std::size_t>(here);
    stream_left_bytes_ -= here;
  } else if (!chunks_->is_complete()) {
    if (auto refusal = decode_chunks()) {
      refuse(*std::move(refusal));
      return PieceProgress::refused;
    }
  }
  piece = unread().substr(head_size_bytes_, body_size_bytes_);
  if (!piece.empty()) {
    framing_.expects_continue = false;  // It did not wait.
    return PieceProgress::piece;
  }
  const bool is_over = chunks_ ? chunks_->is_complete() : stream_left_bytes_ == 0;
  return is_over ? PieceProgress::end : PieceProgress::needs_more;
}

void RequestReader::wipe_piece() {
  char* const piece = buffer_.data() + head_size_bytes_;
  const std::size_t behind = end_ - head_size_bytes_ - body_size_bytes_;
  std::memmove(piece, piece + body_size_bytes_, behind);
  end_ -= body_size_bytes_;
  wipe(buffer_.data() + end_, body_size_bytes_);
  body_size_bytes_ = 0;
}

void RequestReader::close_stream() {
  wipe_piece();
  end_body();
}

std::optional<Refusal> RequestReader::decode_chunks() {
  const std::size_t start = begin_ + head_size_bytes_ + body_size_bytes_;
  auto refusal = chunks_->decode(std::span<char>(buffer_).subspan(start, end_ - start));
  const std::size_t produced_end = start + chunks_->produced_bytes();
  const std::size_t taken_end = start + chunks_->taken_bytes();
  std::memmove(buffer_.data() + produced_end, buffer_.data() + taken_end, end_ - taken_end);
  end_ -= taken_end - produced_end;
  wipe(buffer_.data() + end_, taken_end - produced_end);
  body_size_bytes_ += chunks_->produced_bytes();
  return refusal;
}

void RequestReader::release() {
  const std::size_t kept = end_ - begin_;
  if (!in_body_ && kept <= idle_buffer_size_bytes && buffer_.size() > idle_buffer_size_bytes) {
    WipedText small(idle_buffer_size_bytes);
    std::memcpy(small.data(), buffer_.data() + begin_, kept);
    buffer_.swap(small);
  } else if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, kept);
    wipe(buffer_.data() + kept, begin_);
  }
  begin_ = 0;
  end_ = kept;
  views_are_stale_ = true;
}

}  // namespace velum
