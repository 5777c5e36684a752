#pragma once
// A TOML file of plain `name = value` lines: what velum.toml and the map of an import are.

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace velum {

// Texts, and whole numbers as text. Fails with invalid_argument for what is not TOML, and for any
// other kind of value.
Result<std::map<std::string, std::string>> parse_flat_toml(std::string_view text);

}  // namespace velum
