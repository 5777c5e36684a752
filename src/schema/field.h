#pragma once
// A schema as it is used: fields by name, each with its checks and its mark.

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "schema/mask.h"

namespace velum {

// What a field is by its name, unless its schema says "normalise": decides how its value is
// normalised and whether digits in it may look like a card number.
enum class FieldMeaning : std::uint8_t { text, email, phone, tax_id };
FieldMeaning meaning_of(std::string_view field_name);

// A set of json::Kind.
class Kinds {
 public:
  static Kinds all() { return Kinds(0xFF); }

  Kinds() = default;
  void add(json::Kind kind) { bits_ |= bit(kind); }
  bool has(json::Kind kind) const { return (bits_ & bit(kind)) != 0; }

 private:
  explicit Kinds(std::uint8_t bits) : bits_(bits) {}
  static std::uint8_t bit(json::Kind kind) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(kind));
  }
  std::uint8_t bits_ = 0;
};

struct ObjectRules;

struct Field {
  std::string name;  // As declared.
  FieldMeaning meaning = FieldMeaning::text;
  Kinds kinds = Kinds::all();
  bool whole_numbers = false;
  bool pii = true;
  bool has_choices = false;
  std::optional<MaskStyle> mask;
  std::uint32_t retention_days = 0;  // 0: as long as the document.
  std::size_t length_min = 0;        // In code points.
  std::size_t length_max = std::numeric_limits<std::size_t>::max();
  std::vector<json::Value> choices;
  std::unique_ptr<Field> items;           // Every clear array has them.
  std::unique_ptr<ObjectRules> children;  // Null: no member is declared.

  Field();
  Field(const Field&) = delete;
  Field& operator=(const Field&) = delete;
  Field(Field&&) noexcept;
  Field& operator=(Field&&) noexcept;
  ~Field();
};

// The members that an object declares. Fields are found ignoring ASCII case.
struct ObjectRules {
  static constexpr std::size_t fields_max = 256;
  static constexpr std::size_t name_size_max = 128;
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  std::vector<Field> fields;
  std::vector<std::size_t> required;  // Places in fields.
  bool additional = true;

  // False if there is one of that name.
  bool add(Field field);
  std::size_t place_of(std::string_view name) const;  // Or none.
  const Field* find(std::string_view name) const;     // Or nullptr.

 private:
  std::vector<std::uint16_t> slots_;  // Open addressing: place + 1, or 0.
};

// Is this value hidden from a masked read? An undeclared one is (no field), and one of a kind that
// its field does not declare.
inline bool is_hidden(const Field* field, const json::Value& value) {
  return field == nullptr || field->pii || !field->kinds.has(value.kind());
}
// What the members of `value` are held to; nullptr if none is declared.
inline const ObjectRules* children_of(const Field* field, const json::Value& value) {
  return field != nullptr && field->kinds.has(value.kind()) ? field->children.get() : nullptr;
}
// What each item of an array is held to; nullptr if that is not declared. A clear array that says
// nothing of its items has clear ones, and so have arrays inside it.
inline const Field* items_of(const Field* field, const json::Value& value) {
  if (field == nullptr || !field->kinds.has(value.kind())) return nullptr;
  if (field->items) return field->items.get();
  return field->pii ? nullptr : field;
}

}  // namespace velum
