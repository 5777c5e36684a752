#include "schema/field_names.h"

#include <algorithm>
#include <span>
#include <utility>

#include "schema/code_points.h"

namespace velum {
namespace {

using json::Value;

// What is before the first separator; `rest` is what is behind it, or empty.
std::string_view cut(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view first = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return first;
}

Result<std::string> declared_field(const ObjectRules& rules, std::string_view path) {
  static constexpr Literal otherwise =
      "fields are names that the schema declares, as email or home.city, with commas between them";
  std::string name;
  const ObjectRules* known = &rules;
  // A store may have a field of either name, but in an audit entry it is all of them.
  const bool stands_for_more = path == "*" || path == undeclared_fields;
  const bool has_end = !path.empty() && path.back() != '.' && !stands_for_more;
  for (std::string_view rest = path; has_end && !rest.empty();) {
    const Field* const field = known == nullptr ? nullptr : known->find(cut(rest, '.'));
    if (field == nullptr) return Error(ErrorCode::invalid_argument, otherwise, "fields");
    known = field->children.get();
    name.append(name.empty() ? "" : ".").append(field->name);
  }
  if (name.empty()) return Error(ErrorCode::invalid_argument, otherwise, "fields");
  return name;
}

// `paths` lead on from `object`.
Value picked_of(const Value& object, std::span<const std::string_view> paths, json::Arena& arena) {
  std::vector<json::Member> members;
  for (const json::Member& member : object.members()) {
    std::vector<std::string_view> deeper;
    bool is_whole = false;
    for (std::string_view rest : paths) {
      if (!equal_ignoring_case(cut(rest, '.'), member.name)) continue;
      is_whole = is_whole || rest.empty();
      deeper.push_back(rest);
    }
    if (is_whole) {
      members.push_back(member);
    } else if (!deeper.empty() && member.value.is_object()) {
      members.push_back({member.name, picked_of(member.value, deeper, arena)});
    }
  }
  return arena.object(members);
}

}  // namespace

Result<std::vector<std::string>> declared_fields(const ObjectRules& rules, std::string_view list) {
  std::vector<std::string> names;
  const auto count = static_cast<std::size_t>(std::ranges::count(list, ',')) + 1;
  if (count > field_names_max) {
    return Error(ErrorCode::invalid_argument, "at most 100 fields can be named", "fields");
  }
  for (std::size_t place = 0; place < count; ++place) {
    TRY_ASSIGN(std::string name, declared_field(rules, cut(list, ',')));
    names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Value picked(const Value& document, const std::vector<std::string>& names, json::Arena& arena) {
  const std::vector<std::string_view> paths(names.begin(), names.end());
  return picked_of(document, paths, arena);
}

}  // namespace velum
