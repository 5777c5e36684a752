#include "modules/json_read.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace velum {
namespace {

constexpr std::size_t object_size_max_bytes = 64 << 10;

Error wrong_type(std::string_view name) {
  return {ErrorCode::invalid_field, "a field has a value of the wrong type", std::string(name)};
}

}  // namespace

Result<json::Document> read_object(std::string_view text) {
  if (text.size() > object_size_max_bytes) {
    return Error(ErrorCode::too_large, "a body here has at most 64 KiB");
  }
  TRY_ASSIGN(json::Document document, json::Document::parse(text));
  if (!document.root().is_object()) {
    return Error(ErrorCode::invalid_argument, "send a JSON object");
  }
  return document;
}

const json::Value* member_of(const json::Value& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Result<std::optional<std::string_view>> text_member(const json::Value& object,
                                                    std::string_view name, std::size_t size_max) {
  const json::Value* value = member_of(object, name);
  if (value == nullptr) return std::optional<std::string_view>();
  if (!value->is_string()) return wrong_type(name);
  if (value->text().size() > size_max) {
    return Error(ErrorCode::invalid_field, "a field is too long", std::string(name));
  }
  return std::optional(value->text());
}

Result<std::optional<bool>> flag_member(const json::Value& object, std::string_view name) {
  const json::Value* value = member_of(object, name);
  if (value == nullptr) return std::optional<bool>();
  if (value->kind() != json::Kind::boolean) return wrong_type(name);
  return std::optional(value->boolean());
}

Result<std::optional<std::int64_t>> number_member(const json::Value& object, std::string_view name,
                                                  std::int64_t max) {
  const json::Value* value = member_of(object, name);
  if (value == nullptr) return std::optional<std::int64_t>();
  if (value->kind() != json::Kind::number) return wrong_type(name);
  const std::string_view text = value->text();
  std::int64_t number = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || stop != text.data() + text.size() || number < 0 || number > max) {
    return Error(ErrorCode::invalid_field, "a number is not a whole one in its range",
                 std::string(name));
  }
  return std::optional(number);
}

Result<std::span<const json::Value>> list_member(const json::Value& object, std::string_view name,
                                                 std::size_t count_max) {
  const json::Value* value = member_of(object, name);
  if (value == nullptr) return std::span<const json::Value>();
  if (!value->is_array()) return wrong_type(name);
  if (value->items().size() > count_max) {
    return Error(ErrorCode::invalid_field, "there are too many of these", std::string(name));
  }
  return value->items();
}

bool is_plain_name(std::string_view text) {
  const auto is_plain = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '_' || letter == '.';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), is_plain);
}

}  // namespace velum
