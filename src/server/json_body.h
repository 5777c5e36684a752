#pragma once
// A body that is one JSON object, small, with members of known names alone.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace velum {

// Fails with invalid_json, invalid_argument or too_large.
Result<json::Document> object_of(std::string_view body, std::span<const std::string_view> known);

// Of a number without sign, fraction or exponent. `value` may be nullptr.
std::optional<std::uint32_t> whole_number(const json::Value* value);

}  // namespace velum
