#pragma once
// JSON as Velum keeps it: a read-only tree in one arena, which is wiped when it ends.
//
// Numbers keep the text they came with ("12.75" never becomes 1.275E1). Strings are unescaped UTF-8
// (a lone surrogate escape is refused). Members keep their order; a duplicate name is refused.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "base/sensitive.h"

namespace velum::json {

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

struct Member;
class TreeBuilder;

// Lives in the arena of a Document; copying one copies a reference.
class Value {
 public:
  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::null; }
  bool is_string() const { return kind_ == Kind::string; }
  bool is_object() const { return kind_ == Kind::object; }
  bool is_array() const { return kind_ == Kind::array; }

  bool boolean() const;                            // Kind::boolean only, else a bug. So below.
  std::string_view text() const;                   // string: unescaped; number: as sent.
  std::span<const Value> items() const;            // array
  std::span<const Member> members() const;         // object
  const Value* find(std::string_view name) const;  // object: exact, case-sensitive; else nullptr.

 private:
  friend class Arena;
  friend class TreeBuilder;
  Kind kind_ = Kind::null;
  bool boolean_ = false;
  std::uint32_t size_ = 0;
  const void* data_ = nullptr;
};

struct Member {
  std::string_view name;
  Value value;
};

// Owns the memory of values, and makes new ones. Values made by one arena may refer to values of
// another that outlives it.
class Arena {
 public:
  Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  Arena(Arena&&) noexcept;
  Arena& operator=(Arena&&) noexcept;
  ~Arena();  // Wipes.

  static Value null();
  static Value boolean(bool value);
  Value string(std::string_view text);        // Copies.
  Value number(std::string_view text);        // Copies; must be a JSON number.
  Value array(std::span<const Value> items);  // Copies the span, shares what it refers to.
  Value object(std::span<const Member> members);

 private:
  friend class TreeBuilder;
  struct State;
  template <typename T>
  T* allocate(std::size_t count);  // Room for `count`, not yet made.
  std::string_view copy(std::string_view text);

  std::unique_ptr<State> state_;
};

enum class DuplicateNames : std::uint8_t {
  refuse,
  keep_last,  // In the place of the first, as JavaScript does.
};

struct ParseLimits {
  static constexpr std::size_t depth_limit = 64;

  std::size_t depth_max = depth_limit;  // At most depth_limit.
  DuplicateNames duplicates = DuplicateNames::refuse;
};

// A parsed text. Values are valid while it lives.
class Document {
 public:
  // Fails with invalid_json; the message says what kind of mistake, and no text of it. What is
  // accepted where RFC 8259 leaves a choice: docs/json.md.
  static Result<Document> parse(std::string_view text, ParseLimits limits = {});

  const Value& root() const { return root_; }
  Arena& arena() { return arena_; }

 private:
  Arena arena_;
  Value root_;
};

// RFC 7396. Changed members keep their place, new ones follow in the patch's order. The result
// lives in `arena` and refers to both arguments' memory.
Value merge_patch(const Value& target, const Value& patch, Arena& arena);

// Compact, members in their order, strings escaped as little as JSON allows (UTF-8 stays).
void write(const Value& value, WipedText& out);
void write_string(std::string_view text, WipedText& out);  // With quotes.

// Equal as JSON: members in any order, numbers by their text.
bool equal(const Value& left, const Value& right);

}  // namespace velum::json
