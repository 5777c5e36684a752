// Promises: a chunked body is decoded to what a strict reader of RFC 9112, section 7.1, makes of it
// and ends where that one says, however its bytes are cut. What follows it is not touched.

#include <charconv>
#include <optional>

#include "fuzz/fuzz.h"
#include "http/chunked_body.h"

namespace velum {
namespace {

constexpr std::size_t size_max_bytes = 2000;
constexpr std::size_t waiting_max_bytes = 128 + 3;  // A line, and the ends behind it but one byte.

// Empty unless complete: of bytes that no body begins with, one way of cutting them may be refused
// where another waits for more.
struct Outcome {
  std::string body;
  std::optional<std::size_t> taken_bytes;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome decode(std::string_view text, std::size_t piece) {
  ChunkedBody chunks(size_max_bytes);
  Outcome outcome;
  std::string waiting;
  std::size_t taken_bytes = 0;
  while (true) {
    if (chunks.decode(waiting)) return {};
    outcome.body.append(waiting, 0, chunks.produced_bytes());
    waiting.erase(0, chunks.taken_bytes());
    taken_bytes += chunks.taken_bytes();
    if (chunks.is_complete() || text.empty()) break;
    waiting.append(text.substr(0, piece));
    text.remove_prefix(std::min(piece, text.size()));
  }
  VELUM_CHECK(chunks.is_complete() || waiting.size() <= waiting_max_bytes);
  if (!chunks.is_complete()) return {};
  outcome.taken_bytes = taken_bytes;
  return outcome;
}

enum class Extensions : std::uint8_t { none, some };

struct Reference {
  Outcome outcome;
  Extensions extensions = Extensions::none;
};

// nullopt for what is not whole, or not plain.
std::optional<Reference> read_strictly(std::string_view text) {
  Reference reference;
  const std::size_t size = text.size();
  while (true) {
    const std::size_t line_end = text.find("\r\n");
    if (line_end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text.substr(0, line_end);
    const std::size_t digits = std::min(line.find_first_not_of("0123456789abcdefABCDEF"), line_end);
    std::size_t chunk = 0;
    const auto read = std::from_chars(line.data(), line.data() + digits, chunk, 16);
    if (read.ec != std::errc() || read.ptr != line.data() + digits) return std::nullopt;
    if (digits < line_end) {
      if (line.find_first_of("\r\n\"", digits) != std::string_view::npos) return std::nullopt;
      reference.extensions = Extensions::some;
    }
    text.remove_prefix(line_end + 2);
    if (chunk > text.size() || text.substr(chunk, 2) != "\r\n") return std::nullopt;
    reference.outcome.body += text.substr(0, chunk);
    text.remove_prefix(chunk + 2);
    if (chunk > 0) continue;
    reference.outcome.taken_bytes = size - text.size();
    return reference;
  }
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  const std::string_view text = fuzz::text_of(data, size);
  const Outcome whole = decode(text, size);
  for (const std::size_t piece : {1U, 3U, 100U}) VELUM_CHECK(decode(text, piece) == whole);

  const auto reference = read_strictly(text);
  if (whole.taken_bytes) VELUM_CHECK(reference && reference->outcome == whole);
  const bool must_take = reference && reference->extensions == Extensions::none &&
                         reference->outcome.body.size() <= size_max_bytes;
  if (must_take) VELUM_CHECK(reference->outcome == whole);
  return 0;
}
