#pragma once
// From a schema's JSON to rules. Takes the subset of JSON Schema that the API allows and refuses
// the rest by name, so that nobody believes in a check that is not made.

#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "json/value.h"
#include "schema/field.h"

namespace velum {

struct CompiledSchema {
  ObjectRules root;
  std::vector<std::size_t> indexed;  // Places in root.fields, in the order of "v-indexed".
  std::vector<std::size_t> unique;   // Some of indexed.
  std::optional<std::uint32_t> document_ttl_days;
  Ticks retention_min = Ticks::max();  // The shortest; max() if there is none.
};

// The rules refer to values of `schema`, which outlives them. Fails with invalid_argument.
Result<CompiledSchema> compile_schema(const json::Value& schema);

}  // namespace velum
