#pragma once
// How a condition holds one value of a document against its own.

#include "json/value.h"
#include "schema/field.h"

namespace velum {

// A text, a number or a boolean, of a size that is cheap to compare.
bool is_condition_value(const json::Value& value);
// {"min", "max"}, or one of them: numbers, or dates ("2001-12-31").
bool is_range(const json::Value& value);

// Numbers by value. Texts by the letter; those of another meaning than text as they normalise, if
// both do.
bool equal_values(FieldMeaning meaning, const json::Value& left, const json::Value& right);
// From min to max, both included. Dates are held against the day that a date or a time begins with:
// "2001-12-31", "2001-12-31T00:00:00Z". What is neither a number nor such a text is in no range.
bool is_in_range(const json::Value& value, const json::Value& range);

}  // namespace velum
