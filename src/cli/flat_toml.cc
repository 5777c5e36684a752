#include "cli/flat_toml.h"

#include <toml++/toml.h>

namespace velum {
namespace {

Result<std::map<std::string, std::string>> values_of(const toml::table& table) {
  std::map<std::string, std::string> values;
  for (const auto& [name, node] : table) {
    if (const auto text = node.value_exact<std::string>()) {
      values.emplace(name.str(), *text);
    } else if (const auto number = node.value_exact<std::int64_t>()) {
      values.emplace(name.str(), std::to_string(*number));
    } else {
      return Error(ErrorCode::invalid_argument, "each line is a name = \"text\" or a whole number");
    }
  }
  return values;
}

}  // namespace

Result<std::map<std::string, std::string>> parse_flat_toml(std::string_view text) {
  try {
    return values_of(toml::parse(text));
  } catch (const toml::parse_error&) {
    return Error(ErrorCode::invalid_argument, "this is not TOML");
  }
}

}  // namespace velum
