#pragma once
// Fields by name, as a reveal asks for them: as the schema declares them, ignoring case, with dots
// into objects ("home.city"), not into arrays. Who is shown a field is shown all that is in it.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "schema/field.h"

namespace velum {

constexpr std::size_t field_names_max = 100;
// What audit entries call all that a schema does not declare. Nobody's field.
constexpr std::string_view undeclared_fields = "(undeclared)";

// "email,home.city" as declared names: sorted, each once, none of them "*" or "(undeclared)". Fails
// with invalid_argument, without the name, for one that is not declared, for none, and for more
// than field_names_max.
Result<std::vector<std::string>> declared_fields(const ObjectRules& rules, std::string_view list);

// What `document` has of these, with the objects on the way to it and nothing else of them. Lives
// in `arena`, and refers to `document`.
json::Value picked(const json::Value& document, const std::vector<std::string>& names,
                   json::Arena& arena);

}  // namespace velum
