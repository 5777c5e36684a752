#include "schema/custom_fields.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "json/value.h"
#include "schema/code_points.h"

namespace velum {
namespace {

using json::Kind;
using json::Member;
using json::Value;

constexpr std::size_t size_max_bytes = std::size_t{64} << 10;
// They stand two levels deeper in the whole schema.
constexpr std::size_t depth_max = json::ParseLimits::depth_limit - 2;

Error refused_field(Literal message) {
  return Error(ErrorCode::invalid_argument, message);
}

struct KeywordRefusal {
  std::string_view keyword;
  Literal message;
};
constexpr Literal no_choices = "oneOf, anyOf, allOf and not are not allowed in a schema";
constexpr Literal never_indexed = "v-indexed and v-unique: custom fields are never either";
// What no custom field may have, at any depth, and what `custom` itself is told when it has one.
constexpr KeywordRefusal refused_keywords[] = {
    {"required", "required: custom fields are never mandatory"},
    {"v-indexed", never_indexed},
    {"v-unique", never_indexed},
    {"documentTTL", "documentTTL is not a custom field's matter"},
    {"oneOf", no_choices},
    {"anyOf", no_choices},
    {"allOf", no_choices},
    {"not", no_choices},
};

const KeywordRefusal* refusal_of(std::string_view name) {
  const auto* const found = std::ranges::find(refused_keywords, name, &KeywordRefusal::keyword);
  return found == std::end(refused_keywords) ? nullptr : found;
}

// Also of what is in it. What else may be wrong, compile_schema() says.
Result<void> check_keywords(const Value& field) {
  if (!field.is_object()) return refused_field("a custom field must be an object");
  for (const auto& [name, value] : field.members()) {
    if (const KeywordRefusal* const refusal = refusal_of(name))
      return refused_field(refusal->message);
    if (name == "items" && value.is_object()) TRY(check_keywords(value));
    if (name != "properties" || !value.is_object()) continue;
    for (const Member& property : value.members()) {
      if (property.value.is_object()) TRY(check_keywords(property.value));
    }
  }
  return {};
}

// A field may have the name of a keyword, so it is one by its value.
Result<void> check_field(const Member& field) {
  if (!field.value.is_object()) {
    const KeywordRefusal* const refusal = refusal_of(field.name);
    return refused_field(refusal != nullptr ? refusal->message
                                            : "a custom field must be an object");
  }
  TRY(check_keywords(field.value));
  constexpr std::array<std::string_view, 3> needed{"type", "pii", "sensitive"};
  const bool says_all = std::ranges::all_of(
      needed, [&field](std::string_view keyword) { return field.value.find(keyword) != nullptr; });
  if (!says_all) return refused_field("a custom field must have type, pii and sensitive");
  return {};
}

Result<void> check_names(std::span<const Member> custom, std::span<const Member> defaults) {
  for (const Member& field : custom) {
    const auto taken = std::ranges::find_if(defaults, [&field](const Member& known) {
      return equal_ignoring_case(known.name, field.name);
    });
    if (taken == defaults.end()) continue;
    return Error(ErrorCode::invalid_argument, "a default field cannot be changed",
                 std::string(taken->name));
  }
  return {};
}

std::string text_of(const Value& value) {
  WipedText text;
  json::write(value, text);
  return std::string(view(text));
}

// `schema` with more properties.
Value extended(const Value& schema, std::span<const Member> custom, json::Arena& arena) {
  std::vector<Member> members(schema.members().begin(), schema.members().end());
  for (Member& member : members) {
    if (member.name != "properties") continue;
    std::vector<Member> fields(member.value.members().begin(), member.value.members().end());
    fields.insert(fields.end(), custom.begin(), custom.end());
    member.value = arena.object(fields);
  }
  return arena.object(members);
}

}  // namespace

Result<ExtendedSchema> extend_schema(std::string_view default_schema, std::string_view custom) {
  if (custom.size() > size_max_bytes) {
    return Error(ErrorCode::too_large, "custom fields have at most 64 KiB");
  }
  TRY_ASSIGN(const json::Document sent, json::Document::parse(custom, {depth_max}));
  if (!sent.root().is_object()) return refused_field("custom fields must be an object");
  const auto fields = sent.root().members();
  for (const Member& field : fields) TRY(check_field(field));

  const auto base = json::Document::parse(default_schema);
  VELUM_CHECK(base && base->root().find("properties") != nullptr);
  TRY(check_names(fields, base->root().find("properties")->members()));
  json::Arena arena;
  return ExtendedSchema{text_of(extended(base->root(), fields, arena)), text_of(sent.root())};
}

}  // namespace velum
