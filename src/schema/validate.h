#pragma once
// Holds a document to its schema, and keeps card data out wherever in the document it hides.

#include <cstdint>

#include "base/result.h"
#include "json/value.h"
#include "schema/field.h"

namespace velum {

enum class Completeness : std::uint8_t {
  whole,    // A document.
  partial,  // A patch: nothing is required, and what may be a mask is not held to lengths and
            // forms.
};

// Fails as Schema::validate does.
Result<void> validate_document(const ObjectRules& rules, const json::Value& document,
                               Completeness completeness);

}  // namespace velum
