#include "schema/compile.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "json/number.h"
#include "schema/retention.h"

namespace velum {
namespace {

using json::Kind;
using json::Value;

// A hundred years.
constexpr std::uint32_t ttl_days_max = 36'525;
constexpr std::uint32_t retention_days_max = 36'500;

Error refused(Literal message) {
  return Error(ErrorCode::invalid_argument, message);
}

enum class Place : std::uint8_t { root, field, both };

struct Keyword {
  std::string_view name;
  Place place;
};
constexpr Keyword keywords[] = {
    {"type", Place::both},        {"properties", Place::both},
    {"required", Place::both},    {"title", Place::both},
    {"description", Place::both}, {"additionalProperties", Place::both},
    {"v-indexed", Place::root},   {"v-unique", Place::root},
    {"documentTTL", Place::root}, {"items", Place::field},
    {"enum", Place::field},       {"minLength", Place::field},
    {"maxLength", Place::field},  {"pii", Place::field},
    {"sensitive", Place::field},  {"mask", Place::field},
    {"normalise", Place::field},  {"retentionDays", Place::field},
};

struct Refusal {
  std::string_view name;
  Literal message;
};
constexpr Literal retention_elsewhere = "retentionDays is allowed in a property only";
constexpr Refusal refusals[] = {
    {"pattern", "pattern is not allowed in a schema"},
    {"format", "format is not allowed in a schema"},
    {"oneOf", "oneOf, anyOf, allOf and not are not allowed in a schema"},
    {"anyOf", "oneOf, anyOf, allOf and not are not allowed in a schema"},
    {"allOf", "oneOf, anyOf, allOf and not are not allowed in a schema"},
    {"not", "oneOf, anyOf, allOf and not are not allowed in a schema"},
    {"$ref", "$ref is not allowed in a schema"},
    {"v-indexed", "v-indexed is allowed at the top of a schema only"},
    {"v-unique", "v-unique is allowed at the top of a schema only"},
    {"documentTTL", "documentTTL is allowed at the top of a schema only"},
    {"pii", "pii is allowed in a property only"},
    {"mask", "mask is allowed in a property only"},
    {"normalise", "normalise is allowed in a property only"},
    {"retentionDays", retention_elsewhere},
};

Result<void> check_keywords(const Value& schema, Place place) {
  if (!schema.is_object()) return refused("a schema must be an object");
  for (const json::Member& member : schema.members()) {
    const bool allowed = std::any_of(
        std::begin(keywords), std::end(keywords), [&member, place](const Keyword& keyword) {
          return keyword.name == member.name &&
                 (keyword.place == Place::both || keyword.place == place);
        });
    if (allowed) continue;
    for (const Refusal& refusal : refusals) {
      if (refusal.name == member.name) return refused(refusal.message);
    }
    return refused("the schema has a keyword that is not allowed");
  }
  return {};
}

struct TypeName {
  std::string_view name;
  Kind kind;
};
constexpr TypeName type_names[] = {
    {"null", Kind::null},      {"boolean", Kind::boolean}, {"number", Kind::number},
    {"string", Kind::string},  {"array", Kind::array},     {"object", Kind::object},
    {"integer", Kind::number},
};

Result<void> add_type(const Value& type, Field& field) {
  if (!type.is_string()) return refused("type must be a string or a list of strings");
  for (const TypeName& known : type_names) {
    if (known.name != type.text()) continue;
    // "number" beside "integer" is the wider one, in either order.
    const bool had_any_number = field.kinds.has(Kind::number) && !field.whole_numbers;
    if (known.kind == Kind::number) {
      field.whole_numbers = type.text() == "integer" && !had_any_number;
    }
    field.kinds.add(known.kind);
    return {};
  }
  return refused("type names no type of JSON");
}

Result<void> read_types(const Value& schema, Field& field) {
  const Value* const type = schema.find("type");
  if (type == nullptr) return {};
  field.kinds = Kinds();
  if (!type->is_array()) return add_type(*type, field);
  if (type->items().empty()) return refused("type must not be empty");
  for (const Value& one : type->items()) TRY(add_type(one, field));
  return {};
}

Result<bool> read_flag(const Value& schema, std::string_view name, bool otherwise) {
  const Value* const flag = schema.find(name);
  if (flag == nullptr) return otherwise;
  if (flag->kind() != Kind::boolean) {
    return refused("pii, sensitive and additionalProperties must be true or false");
  }
  return flag->boolean();
}

std::optional<std::uint32_t> whole_number(const Value& number) {
  if (number.kind() != Kind::number) return std::nullopt;
  const std::string_view text = number.text();
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<std::size_t> read_count(const Value& schema, std::string_view name, std::size_t otherwise) {
  const Value* const count = schema.find(name);
  if (count == nullptr) return otherwise;
  if (const auto value = whole_number(*count)) return std::size_t{*value};
  return refused("minLength, maxLength and documentTTL must be whole numbers");
}

Result<void> read_retention(const Value& schema, const Field* array, Field& field) {
  const Value* const days = schema.find("retentionDays");
  if (days == nullptr) return {};
  if (array != nullptr) return refused(retention_elsewhere);
  field.retention_days = whole_number(*days).value_or(0);
  if (field.retention_days > 0 && field.retention_days <= retention_days_max) return {};
  return refused("retentionDays must be a whole number from 1 to 36500");
}

Result<void> read_mask(const Value& schema, Field& field) {
  const Value* const mask = schema.find("mask");
  if (mask == nullptr) return {};
  if (mask->is_string() && mask->text() == "documented") {
    field.mask = MaskStyle::documented;
  } else if (mask->is_string() && mask->text() == "fixed") {
    field.mask = MaskStyle::fixed;
  } else {
    return refused("mask must be documented or fixed");
  }
  return {};
}

struct MeaningName {
  std::string_view name;
  FieldMeaning meaning;
};
constexpr MeaningName meaning_names[] = {
    {"email", FieldMeaning::email},
    {"phone", FieldMeaning::phone},
    {"document", FieldMeaning::tax_id},
    {"text", FieldMeaning::text},
};

Result<void> read_meaning(const Value& schema, Field& field) {
  const Value* const meaning = schema.find("normalise");
  if (meaning == nullptr) return {};
  for (const MeaningName& known : meaning_names) {
    if (!meaning->is_string() || known.name != meaning->text()) continue;
    field.meaning = known.meaning;
    return {};
  }
  return refused("normalise must be email, phone, document or text");
}

Result<void> read_choices(const Value& schema, Field& field) {
  const Value* const choices = schema.find("enum");
  if (choices == nullptr) return {};
  if (!choices->is_array()) return refused("enum must be a list");
  field.has_choices = true;
  field.choices.assign(choices->items().begin(), choices->items().end());
  return {};
}

// Member names in a list, as places in `rules`.
Result<std::vector<std::size_t>> read_names(const Value& schema, std::string_view keyword,
                                            const ObjectRules& rules) {
  std::vector<std::size_t> places;
  const Value* const names = schema.find(keyword);
  if (names == nullptr) return places;
  if (!names->is_array()) return refused("required, v-indexed and v-unique must be lists of names");
  for (const Value& name : names->items()) {
    const std::size_t place = name.is_string() ? rules.place_of(name.text()) : ObjectRules::none;
    if (place == ObjectRules::none || std::ranges::find(places, place) != places.end()) {
      return refused("required, v-indexed and v-unique must name each property once");
    }
    places.push_back(place);
  }
  return places;
}

Result<ObjectRules> compile_object(const Value& schema);

// What `array` says goes for its items too, unless they say otherwise.
Result<Field> compile_field(std::string_view name, const Value& schema, const Field* array) {
  TRY(check_keywords(schema, Place::field));
  Field field;
  field.name = name;
  field.meaning = array != nullptr ? array->meaning : meaning_of(name);
  if (array != nullptr) field.mask = array->mask;
  TRY(read_types(schema, field));
  TRY_ASSIGN(field.pii, read_flag(schema, "pii", array == nullptr || array->pii));
  TRY(read_flag(schema, "sensitive", false));
  TRY_ASSIGN(field.length_min, read_count(schema, "minLength", field.length_min));
  TRY_ASSIGN(field.length_max, read_count(schema, "maxLength", field.length_max));
  TRY(read_mask(schema, field));
  TRY(read_meaning(schema, field));
  TRY(read_choices(schema, field));
  TRY(read_retention(schema, array, field));

  if (const Value* const items = schema.find("items")) {
    TRY_ASSIGN(Field item, compile_field(name, *items, &field));
    // Whether a value is there must be seen in the masked rendition, which shows [] for such a one.
    if (field.pii && shortest_retention(item) != Ticks::max()) {
      return refused("retentionDays inside items needs an array with pii false");
    }
    field.items = std::make_unique<Field>(std::move(item));
  } else if (!field.pii && field.kinds.has(Kind::array)) {
    field.items = std::make_unique<Field>();
    field.items->name = name;
    field.items->meaning = field.meaning;
    field.items->pii = false;
  }
  if (schema.find("properties") != nullptr) {
    TRY_ASSIGN(ObjectRules children, compile_object(schema));
    field.children = std::make_unique<ObjectRules>(std::move(children));
  } else if (schema.find("required") != nullptr || schema.find("additionalProperties") != nullptr) {
    return refused("required and additionalProperties need properties beside them");
  }
  return field;
}

Result<ObjectRules> compile_object(const Value& schema) {
  ObjectRules rules;
  if (const Value* const properties = schema.find("properties")) {
    if (!properties->is_object()) return refused("properties must be an object");
    if (properties->members().size() > ObjectRules::fields_max) {
      return refused("an object may declare at most 256 properties");
    }
    for (const auto& [name, property] : properties->members()) {
      if (name.empty() || name.size() > ObjectRules::name_size_max) {
        return refused("a property's name must be 1 to 128 bytes long");
      }
      TRY_ASSIGN(Field field, compile_field(name, property, nullptr));
      if (!rules.add(std::move(field))) {
        return refused("two properties have the same name but for case");
      }
    }
  }
  TRY_ASSIGN(rules.required, read_names(schema, "required", rules));
  for (const std::size_t place : rules.required) {
    if (rules.fields[place].retention_days > 0) {
      return refused("a required property cannot have retentionDays");
    }
  }
  TRY_ASSIGN(rules.additional, read_flag(schema, "additionalProperties", true));
  return rules;
}

}  // namespace

Result<CompiledSchema> compile_schema(const Value& schema) {
  TRY(check_keywords(schema, Place::root));
  const Value* const type = schema.find("type");
  if (type != nullptr && !(type->is_string() && type->text() == "object")) {
    return refused("the type of a document must be object");
  }
  CompiledSchema compiled;
  TRY_ASSIGN(compiled.root, compile_object(schema));
  TRY_ASSIGN(compiled.indexed, read_names(schema, "v-indexed", compiled.root));
  TRY_ASSIGN(compiled.unique, read_names(schema, "v-unique", compiled.root));
  for (const std::size_t place : compiled.indexed) {
    if (!compiled.root.fields[place].kinds.has(Kind::string)) {
      return refused("an indexed property must be a string");
    }
    if (compiled.root.fields[place].retention_days > 0) {
      return refused("an indexed property cannot have retentionDays");
    }
  }
  for (const std::size_t place : compiled.unique) {
    if (std::ranges::find(compiled.indexed, place) == compiled.indexed.end()) {
      return refused("a unique property must be indexed");
    }
  }
  if (schema.find("documentTTL") != nullptr) {
    TRY_ASSIGN(const std::size_t days, read_count(schema, "documentTTL", 0));
    if (days == 0 || days > ttl_days_max) return refused("documentTTL must be 1 to 36525 days");
    compiled.document_ttl_days = static_cast<std::uint32_t>(days);
  }
  compiled.retention_min = shortest_retention(compiled.root);
  return compiled;
}

}  // namespace velum
