#pragma once
// Retention: what of a document is not kept any more, by its fields' "retentionDays".

#include "base/clock.h"
#include "json/value.h"
#include "schema/field.h"
#include "schema/schema.h"

namespace velum {

// The shortest that values of any field are kept, at any depth; Ticks::max() if all are kept as
// long as their document.
Ticks shortest_retention(const ObjectRules& rules);
Ticks shortest_retention(const Field& field);

// As Schema::retained, of an object.
Retained retain(const ObjectRules& rules, const json::Value& object, Ticks age, json::Arena& arena);

}  // namespace velum
