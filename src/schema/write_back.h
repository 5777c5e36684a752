#pragma once
// The write-back guard: keeps masked text, read earlier, from being stored as if it were data.

#include "base/result.h"
#include "json/value.h"
#include "schema/field.h"

namespace velum {

// As Schema::without_masks, of an object.
Result<json::Value> remove_masks(const ObjectRules& rules, MaskStyle style,
                                 const json::Value& patch, const json::Value* current,
                                 json::Arena& arena);

}  // namespace velum
