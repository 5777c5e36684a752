#pragma once
// ChunkedBody: decodes a body in Transfer-Encoding: chunked, in place, as its bytes arrive.
//
// Beast's parser reads it, and is held closer: extensions are short and free of quotes (inside
// which it lets line ends through), trailers are refused (it would fold their lines).

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "http/refusal.h"

namespace velum {

class ChunkedBody {
 public:
  explicit ChunkedBody(std::size_t size_max_bytes);
  ChunkedBody(ChunkedBody&&) noexcept;
  ChunkedBody& operator=(ChunkedBody&&) noexcept;
  ChunkedBody(const ChunkedBody&) = delete;
  ChunkedBody& operator=(const ChunkedBody&) = delete;
  ~ChunkedBody();

  // Takes what it can of `input`, and moves the body's bytes among it to the front of `input`.
  std::optional<Refusal> decode(std::span<char> input);

  std::size_t taken_bytes() const { return taken_bytes_; }        // By the last decode().
  std::size_t produced_bytes() const { return produced_bytes_; }  // By the last decode().
  bool is_complete() const;

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
  std::size_t taken_bytes_ = 0;
  std::size_t produced_bytes_ = 0;
};

}  // namespace velum
