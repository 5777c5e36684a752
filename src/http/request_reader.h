#pragma once
// RequestReader: turns the bytes of one connection into requests. It reads no socket, so that every
// way of cutting a stream into pieces can be tested without one.
//
// Requests stay in its buffer, where the views of HttpRequest point, until release(): call that
// when their answers were written. It wipes them, and gives a large buffer back.
//
// The body of a streamed request is taken in pieces instead, each wiped when the next is asked for:
//
//   next() says `stream` -> release() -> open_stream() -> next_piece()... -> close_stream()

#include <cstddef>
#include <functional>
#include <optional>
#include <span>

#include "base/sensitive.h"
#include "http/chunked_body.h"
#include "http/framing_guard.h"
#include "http/head_scanner.h"
#include "http/message.h"

namespace velum {

enum class ReadProgress : std::uint8_t { request, stream, refused, needs_more };
enum class PieceProgress : std::uint8_t { piece, end, refused, needs_more };
// What a connection that needs more is waiting for.
enum class ReadStage : std::uint8_t { next_request, head, body };

class RequestReader {
 public:
  using IsStreamed = std::function<bool(const HttpRequest&)>;

  // `is_streamed` is asked about each request whose head was read; a null one streams none.
  RequestReader(const HeadLimits& limits, std::size_t body_size_max_bytes,
                IsStreamed is_streamed = nullptr);

  // Where the next bytes go, at least one; then received() says how many came. Needs release().
  std::span<char> space();
  void received(std::size_t count);

  // Takes the next request out of what was received.
  ReadProgress next(HttpRequest& request);
  void release();

  // Makes room, and fills in `request` again, whose views then stay until close_stream().
  void open_stream(HttpRequest& request);
  // The next bytes of the body, of those that were received. After `end` only close_stream() works.
  PieceProgress next_piece(std::string_view& piece);
  void close_stream();

  // The whole buffer, to read into what nobody will look at. Nothing else works after that.
  std::span<char> drop_everything() { return buffer_; }

  // After next() has said `refused`. Nothing can be read after that.
  const Refusal& refusal() const { return *refusal_; }
  // Of the last request.
  const RequestFraming& framing() const { return framing_; }
  ReadStage stage() const;
  // Is the peer waiting for leave to send its body? True once a request.
  bool take_expectation();

 private:
  ReadProgress refuse(Refusal refusal);
  ReadProgress read_head(HttpRequest& request);
  ReadProgress read_body(HttpRequest& request);
  void read_head_again(HttpRequest& request);
  void wipe_piece();
  void end_body();
  std::optional<Refusal> decode_chunks();
  void skip_blank_line();
  void grow();
  std::string_view unread() const { return {buffer_.data() + begin_, end_ - begin_}; }

  std::size_t body_size_max_bytes_;
  IsStreamed is_streamed_;
  WipedText buffer_;
  std::size_t begin_ = 0;  // Of the request that is being read.
  std::size_t end_ = 0;    // Of what was received.

  HeadScanner scanner_;
  bool skipped_blank_line_ = false;
  bool in_body_ = false;
  bool views_are_stale_ = false;  // The buffer moved after the head was read.
  std::size_t head_size_bytes_ = 0;
  std::size_t body_size_bytes_ = 0;  // Expected, or decoded so far; of a stream, the last piece.
  std::uint64_t stream_left_bytes_ = 0;
  RequestFraming framing_;
  std::optional<ChunkedBody> chunks_;
  std::optional<Refusal> refusal_;
};

}  // namespace velum
