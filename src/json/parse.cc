#include <algorithm>
#include <array>
#include <bit>
#include <boost/json/basic_parser_impl.hpp>
#include <functional>

#include "json/arena.h"
#include "json/names.h"
#include "json/number.h"

namespace velum::json {
namespace {

using boost::json::error_code;
using Text = boost::json::string_view;

enum class Mistake : std::uint8_t { none, number_too_big, duplicate_name };

}  // namespace

// Receives what the parser finds, and makes the tree of it.
//
// The text was copied into the arena in one piece, so most strings and all numbers are views of
// that copy; only what had an escape in it is put together anew.
class TreeBuilder {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  TreeBuilder(Arena& arena, std::string_view text, DuplicateNames duplicates)
      : arena_(arena), text_(arena.copy(text)), duplicates_(duplicates) {
    pending_.reserve(32);
  }

  // The arena's copy: what the parser is to read.
  std::string_view text() const { return text_; }
  Mistake mistake() const { return mistake_; }
  Value root() const { return pending_.front().value; }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_null(error_code&) { return put({}); }
  bool on_bool(bool value, error_code&) { return put(Arena::boolean(value)); }
  bool on_comment_part(Text, error_code&) { return true; }
  bool on_comment(Text, error_code&) { return true; }

  bool on_object_begin(error_code&) { return enter(true); }
  bool on_object_end(std::size_t count, error_code& error) {
    leave();
    std::span<Member> members(pending_.data() + (pending_.size() - count), count);
    if (duplicates_ == DuplicateNames::keep_last) {
      members = members.first(keep_last(members));
    } else if (has_duplicates(members)) {
      return fail(Mistake::duplicate_name, error);
    }
    const Value object = arena_.object(members);
    pending_.resize(pending_.size() - count);
    return put(object);
  }

  bool on_array_begin(error_code&) { return enter(false); }
  bool on_array_end(std::size_t count, error_code&) {
    leave();
    Value* const items = arena_.allocate<Value>(count);
    const auto first = pending_.end() - static_cast<std::ptrdiff_t>(count);
    std::transform(first, pending_.end(), items, [](const Member& item) { return item.value; });
    pending_.resize(pending_.size() - count);
    return put(made(Kind::array, items, count));
  }

  bool on_key_part(Text part, std::size_t, error_code&) { return keep_part(part); }
  bool on_key(Text last, std::size_t, error_code&) {
    pending_.push_back({whole(last), {}});
    return true;
  }
  bool on_string_part(Text part, std::size_t, error_code&) { return keep_part(part); }
  bool on_string(Text last, std::size_t, error_code&) { return put_text(Kind::string, last); }

  bool on_number_part(Text part, error_code&) { return keep_part(part); }
  bool on_int64(std::int64_t, Text last, error_code&) { return put_text(Kind::number, last); }
  bool on_uint64(std::uint64_t, Text last, error_code&) { return put_text(Kind::number, last); }
  bool on_double(double, Text last, error_code& error) {
    const std::string_view number = whole(last);
    if (!is_finite(number)) return fail(Mistake::number_too_big, error);
    return put(made(Kind::number, number.data(), number.size()));
  }

 private:
  static Value made(Kind kind, const void* data, std::size_t size) {
    Value value;
    value.kind_ = kind;
    value.size_ = static_cast<std::uint32_t>(size);
    value.data_ = data;
    return value;
  }

  // One bit a level: is it an object? The parser holds us to ParseLimits::depth_limit.
  bool enter(bool object) {
    levels_ = (levels_ << 1U) | (object ? 1U : 0U);
    return true;
  }
  void leave() { levels_ >>= 1U; }

  // A member waits in pending_ from its name on; items, and the root, come with no name.
  bool put(Value value) {
    if ((levels_ & 1U) != 0) {
      pending_.back().value = value;
    } else {
      pending_.push_back({{}, value});
    }
    return true;
  }

  bool put_text(Kind kind, Text last) {
    const std::string_view text = whole(last);
    return put(made(kind, text.data(), text.size()));
  }

  bool keep_part(Text part) {
    append(parts_, std::string_view(part.data(), part.size()));
    return true;
  }

  std::string_view whole(Text last) {
    const bool in_text = std::less_equal<>()(text_.data(), last.data()) &&
                         std::less_equal<>()(last.data(), text_.data() + text_.size());
    if (parts_.empty() && in_text) return {last.data(), last.size()};
    keep_part(last);
    const std::string_view kept = arena_.copy(view(parts_));
    wipe(parts_.data(), parts_.size());
    parts_.clear();
    return kept;
  }

  bool fail(Mistake mistake, error_code& error) {
    mistake_ = mistake;
    error = boost::json::error::syntax;
    return false;
  }

  Arena& arena_;
  std::string_view text_;
  DuplicateNames duplicates_;
  Mistake mistake_ = Mistake::none;
  std::uint64_t levels_ = 0;
  std::vector<Member> pending_;
  WipedText parts_;
};

namespace {

Error refusal(const error_code& error, Mistake mistake) {
  switch (mistake) {
    case Mistake::number_too_big: return {ErrorCode::invalid_json, "a number is too big"};
    case Mistake::duplicate_name:
      return {ErrorCode::invalid_json, "a member name appears twice in one object"};
    case Mistake::none: break;
  }
  if (error == boost::json::error::too_deep) {
    return {ErrorCode::invalid_json, "the JSON is nested too deeply"};
  }
  return {ErrorCode::invalid_json, "the text is not JSON in UTF-8"};
}

// Boost.JSON unescapes into a buffer of 4 KiB on the stack, below frames of some 150 bytes a level
// of nesting, and leaves it as it is. This wipes what those frames were, if the parser's caller
// calls it.
constexpr std::size_t parser_stack_size_bytes = 24 << 10;
[[gnu::noinline]] void wipe_parser_stack() {
  std::array<char, parser_stack_size_bytes> frames;  // NOLINT: what is wiped was never ours.
  wipe(frames.data(), frames.size());
}

}  // namespace

Result<Document> Document::parse(std::string_view text, ParseLimits limits) {
  VELUM_CHECK(limits.depth_max <= ParseLimits::depth_limit);
  Document document;
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
    return Error(ErrorCode::invalid_json, "the text is too long");
  }
  boost::json::parse_options options;
  options.max_depth = limits.depth_max;
  boost::json::basic_parser<TreeBuilder> parser(options, document.arena_, text, limits.duplicates);
  const std::string_view kept = parser.handler().text();
  error_code error;
  const std::size_t used = parser.write_some(false, kept.data(), kept.size(), error);
  if (kept.find('\\') != std::string_view::npos) wipe_parser_stack();
  if (error || used != kept.size()) return refusal(error, parser.handler().mistake());
  document.root_ = parser.handler().root();
  return document;
}

}  // namespace velum::json
