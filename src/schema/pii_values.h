#pragma once
// Personal data in JSON where none should be: strings, numbers by their text, and the names of
// members, at any depth. What was there is told by its kind, never by its value.

#include "json/value.h"
#include "schema/pii_kinds.h"

namespace velum {

PiiKinds pii_kinds_in(const json::Value& value);

struct PiiMasked {
  json::Value value;  // Lives in the arena and in what it was made from.
  PiiKinds kinds;     // As pii_kinds_in() says.
};

// A copy with what was found masked as append_pii_masked() does; a number becomes a string then.
// Names of members stay as they are, whatever is in them: they are reported only.
PiiMasked mask_pii(const json::Value& value, json::Arena& arena);

}  // namespace velum
