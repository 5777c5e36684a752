#pragma once
// JSON as the model has it: a plain tree that is compared with ==, members in no order. Its merge
// patch is RFC 7396's own pseudo-code.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace velum::model {

struct Value {
  enum class Kind : unsigned char { null, boolean, number, text, array, object };

  Kind kind = Kind::null;
  std::string text;  // Of a text what it says; of a number or a boolean as JSON has it.
  std::vector<Value> items;
  std::map<std::string, Value> members;

  bool is_null() const { return kind == Kind::null; }
  bool is_text() const { return kind == Kind::text; }
  bool is_array() const { return kind == Kind::array; }
  bool is_object() const { return kind == Kind::object; }
  bool is_scalar() const { return !is_array() && !is_object(); }
  const Value* find(const std::string& name) const {
    const auto found = members.find(name);
    return found == members.end() ? nullptr : &found->second;
  }

  friend bool operator==(const Value&, const Value&) = default;
};

Value text_value(std::string text);
Value number_value(unsigned number);
Value boolean_value(bool value);
Value array_value(std::vector<Value> items);
Value object_value(std::map<std::string, Value> members = {});

std::string to_json(const Value& value);
// What Velum answered. A text that is no JSON fails the test.
Value from_json(std::string_view text);

Value merge_patch(const Value& target, const Value& patch);

}  // namespace velum::model
