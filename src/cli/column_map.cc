#include "cli/column_map.h"

#include <algorithm>

#include "cli/flat_toml.h"
#include "http/ascii.h"

namespace velum {
namespace {

struct Prefix {
  std::string_view text;
  RowPart part;
};
constexpr Prefix prefixes[] = {
    {"address.", RowPart::address}, {"consent.", RowPart::consent}, {"profile.", RowPart::profile}};

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), to_lower);
  return result;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// A field by its name alone, with the reading that its kind has in every layout.
ColumnTarget field_target(RowPart part, std::string_view name) {
  if (name.empty()) return {};
  const std::string_view field = known_field(part, name).value_or(name);
  if (part == RowPart::profile && field == "tags") return {part, field, CellReading::list};
  if (part == RowPart::address && field == "geoCoordinates") {
    return {part, field, CellReading::coordinates};
  }
  return {part, field};
}

}  // namespace

Result<ColumnMap> ColumnMap::with(Layout layout, std::string_view toml) {
  ColumnMap map(layout);
  TRY_ASSIGN(const auto lines, parse_flat_toml(toml));
  for (const auto& [column, field] : lines) map.given_[lower(column)] = field;
  return map;
}

ColumnTarget ColumnMap::given_target(std::string_view field) const {
  // Whose an address is.
  if (main_part(layout_) == RowPart::address && field == "email") return {RowPart::owner_email};
  if (main_part(layout_) == RowPart::address && field == "userId") return {RowPart::owner_id};
  for (const Prefix& prefix : prefixes) {
    if (!field.starts_with(prefix.text)) continue;
    field.remove_prefix(prefix.text.size());
    return prefix.part == RowPart::consent ? ColumnTarget{prefix.part, field}
                                           : field_target(prefix.part, field);
  }
  return field_target(main_part(layout_), field);
}

ColumnTarget ColumnMap::target_of(std::string_view column) const {
  column = trimmed(column);
  if (const auto given = given_.find(lower(column)); given != given_.end()) {
    return given_target(given->second);
  }
  if (const auto target = built_in_target(layout_, column)) return *target;
  return field_target(main_part(layout_), column);
}

}  // namespace velum
