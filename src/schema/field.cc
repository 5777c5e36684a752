#include "schema/field.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "schema/code_points.h"

namespace velum {
namespace {

struct KnownName {
  std::string_view name;
  FieldMeaning meaning;
};
constexpr KnownName known_names[] = {
    {"email", FieldMeaning::email},
    {"document", FieldMeaning::tax_id},
    {"businessDocument", FieldMeaning::tax_id},
    {"homePhone", FieldMeaning::phone},
    {"cellPhone", FieldMeaning::phone},
    {"businessPhone", FieldMeaning::phone},
    {"phone", FieldMeaning::phone},
    {"receiverDocument", FieldMeaning::tax_id},
    {"receiverPhone", FieldMeaning::phone},
};

// FNV-1a over the lower-cased name.
std::uint32_t hash_of(std::string_view name) {
  std::uint32_t hash = 2166136261U;
  for (const char letter : name) {
    hash = (hash ^ static_cast<unsigned char>(ascii_lower(letter))) * 16777619U;
  }
  return hash ^ (hash >> 15U);
}

}  // namespace

FieldMeaning meaning_of(std::string_view field_name) {
  for (const KnownName& known : known_names) {
    if (equal_ignoring_case(known.name, field_name)) return known.meaning;
  }
  return FieldMeaning::text;
}

Field::Field() = default;
Field::Field(Field&&) noexcept = default;
Field& Field::operator=(Field&&) noexcept = default;
Field::~Field() = default;

bool ObjectRules::add(Field field) {
  VELUM_CHECK(fields.size() < fields_max && field.name.size() <= name_size_max);
  if (place_of(field.name) != none) return false;
  fields.push_back(std::move(field));
  slots_.assign(std::bit_ceil(fields.size() * 4), 0);
  for (std::size_t place = 0; place < fields.size(); ++place) {
    std::size_t slot = hash_of(fields[place].name) & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint16_t>(place + 1);
  }
  return true;
}

std::size_t ObjectRules::place_of(std::string_view name) const {
  if (slots_.empty() || name.size() > name_size_max) return none;
  std::size_t slot = hash_of(name) & (slots_.size() - 1);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    const std::size_t place = slots_[slot] - std::size_t{1};
    if (equal_ignoring_case(fields[place].name, name)) return place;
  }
  return none;
}

const Field* ObjectRules::find(std::string_view name) const {
  const std::size_t place = place_of(name);
  return place == none ? nullptr : &fields[place];
}

}  // namespace velum
