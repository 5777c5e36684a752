#pragma once
// JsonObject: the members of an object, written one after another to where they are sent from. What
// is personal is copied nowhere else.

#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "base/sensitive.h"
#include "json/value.h"

namespace velum {

class JsonObject {
 public:
  // `out` outlives it. Names are ours, and need no escape.
  explicit JsonObject(WipedText& out) : out_(out) { out_.push_back('{'); }

  // Where the member's value goes.
  WipedText& member(std::string_view name) {
    if (out_.back() != '{') out_.push_back(',');
    out_.push_back('"');
    append(out_, name);
    append(out_, "\":");
    return out_;
  }
  void raw(std::string_view name, std::string_view json) { append(member(name), json); }
  void text(std::string_view name, std::string_view value) {
    json::write_string(value, member(name));
  }
  void number(std::string_view name, std::int64_t value) {
    char digits[24];
    const auto [end, failure] = std::to_chars(digits, digits + sizeof(digits), value);
    raw(name, {digits, static_cast<std::size_t>(end - digits)});
    static_cast<void>(failure);  // Every number has room.
  }
  void flag(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }
  void nulls(std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) raw(name, "null");
  }
  void end() { out_.push_back('}'); }

 private:
  WipedText& out_;
};

// An array of what `write_one` writes of each.
template <typename Items, typename WriteOne>
void append_array(const Items& items, WipedText& out, WriteOne write_one) {
  out.push_back('[');
  bool is_first = true;
  for (const auto& item : items) {
    if (!is_first) out.push_back(',');
    is_first = false;
    write_one(item, out);
  }
  out.push_back(']');
}

}  // namespace velum
