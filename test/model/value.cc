#include "test/model/value.h"

#include <gtest/gtest.h>

#include <utility>

#include "json/value.h"

namespace velum::model {
namespace {

using ValueKind = Value::Kind;

Value copy_of(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::null: return {};
    case json::Kind::boolean: return boolean_value(value.boolean());
    case json::Kind::number: return {ValueKind::number, std::string(value.text()), {}, {}};
    case json::Kind::string: return text_value(std::string(value.text()));
    case json::Kind::array: {
      Value array = array_value({});
      for (const json::Value& item : value.items()) array.items.push_back(copy_of(item));
      return array;
    }
    case json::Kind::object: {
      Value object = object_value();
      for (const json::Member& member : value.members()) {
        object.members.emplace(member.name, copy_of(member.value));
      }
      return object;
    }
  }
  return {};
}

// The model's texts are plain ASCII: nothing in them needs a backslash.
std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

}  // namespace

Value text_value(std::string text) {
  return {ValueKind::text, std::move(text), {}, {}};
}
Value number_value(unsigned number) {
  return {ValueKind::number, std::to_string(number), {}, {}};
}
Value boolean_value(bool value) {
  return {ValueKind::boolean, value ? "true" : "false", {}, {}};
}
Value array_value(std::vector<Value> items) {
  return {ValueKind::array, {}, std::move(items), {}};
}
Value object_value(std::map<std::string, Value> members) {
  return {ValueKind::object, {}, {}, std::move(members)};
}

std::string to_json(const Value& value) {
  std::string out;
  switch (value.kind) {
    case ValueKind::null: return "null";
    case ValueKind::boolean:
    case ValueKind::number: return value.text;
    case ValueKind::text: return quoted(value.text);
    case ValueKind::array:
      for (const Value& item : value.items) out += (out.empty() ? "[" : ",") + to_json(item);
      return out.empty() ? "[]" : out + "]";
    case ValueKind::object:
      for (const auto& [name, member] : value.members) {
        out += (out.empty() ? "{" : ",") + quoted(name) + ":" + to_json(member);
      }
      return out.empty() ? "{}" : out + "}";
  }
  return out;
}

Value from_json(std::string_view text) {
  const auto parsed = json::Document::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? copy_of(parsed->root()) : Value();
}

Value merge_patch(const Value& target, const Value& patch) {
  if (!patch.is_object()) return patch;
  Value merged = target.is_object() ? target : object_value();
  for (const auto& [name, value] : patch.members) {
    if (value.is_null()) {
      merged.members.erase(name);
    } else {
      const Value* const was = merged.find(name);
      merged.members[name] = merge_patch(was == nullptr ? Value() : *was, value);
    }
  }
  return merged;
}

}  // namespace velum::model
