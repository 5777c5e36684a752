#pragma once
// Small readers of what a body or a row says. A member that is missing and one that is null are
// the same; another kind of value is a mistake of whoever sent it.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace velum {

Result<json::Document> read_object(std::string_view text);
// nullptr: there is none.
const json::Value* member_of(const json::Value& object, std::string_view name);
// `name` is ours, and so may be in the error. `size_max` is in bytes.
Result<std::optional<std::string_view>> text_member(const json::Value& object,
                                                    std::string_view name, std::size_t size_max);
Result<std::optional<bool>> flag_member(const json::Value& object, std::string_view name);
// A whole number from 0.
Result<std::optional<std::int64_t>> number_member(const json::Value& object, std::string_view name,
                                                  std::int64_t max);
// None: an empty one.
Result<std::span<const json::Value>> list_member(const json::Value& object, std::string_view name,
                                                 std::size_t count_max);
// Of letters, digits, '-', '_' and '.', so that it is no text about anybody.
bool is_plain_name(std::string_view text);

}  // namespace velum
