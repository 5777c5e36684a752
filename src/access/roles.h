#pragma once
// Roles: what a key may do. Those that every account has are a table here (docs/access.md has it
// for users, and a test compares); an account makes others for itself.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "access/decision.h"
#include "base/result.h"
#include "json/value.h"
#include "storage/store.h"

namespace velum {

// For each resource, the entities that it is for. A resource that is not about documents is for
// all of them or for none. To reveal may be for some fields of an entity alone: allows() says no of
// that, so that who does not ask for fields gives none.
class Grants {
 public:
  static constexpr std::size_t fields_max = 100;  // Of all entities together.
  static constexpr std::size_t field_size_max_bytes = 256;
  static constexpr std::size_t list_max = 200;

  void allow(Resource resource, EntityId entity);
  void allow(Resource resource);  // For all.
  void allow_fields(EntityId entity, const FieldNames& fields);
  void add(const Grants& others);

  bool allows(Resource resource, EntityId entity) const {
    return (entities_[static_cast<std::size_t>(resource)] & bit(entity)) != 0;
  }
  // Those that may be revealed where not all may. None: all of them, or nothing.
  const FieldNames& fields_of(EntityId entity) const;
  // The first resource of which `others` allow more; nullopt: whoever has these has those.
  std::optional<Resource> lacking(const Grants& others) const;

  // [{"resource": "GetItemResource", "entities": ["profile"]}, ...]; without entities for all. To
  // reveal may have "fields": ["email"].
  std::string json() const;
  // Fails with invalid_argument.
  static Result<Grants> of(const json::Value& list);

 private:
  using EntityBits = std::uint32_t;
  static EntityBits bit(EntityId entity) { return EntityBits{1} << static_cast<unsigned>(entity); }

  std::array<EntityBits, all_resources.size()> entities_{};
  std::map<EntityId, FieldNames> fields_;
};

// Is `name` one of `fields`, or in an object that is one?
bool holds_field(const FieldNames& fields, std::string_view name);
void add_fields(FieldNames& fields, const FieldNames& more);

struct Role {
  std::string key;
  std::uint32_t number = 0;
  std::string name;
  Grants grants;
};

// The numbers of an account's own begin here.
constexpr std::uint32_t custom_role_number_min = 1000;
constexpr std::string_view owner_role = "owner";
// What a shopper may do with what is their own. Of a key or a user it would be what is anybody's.
constexpr std::string_view shopper_role = "shopper";

std::span<const Role> predefined_roles();
const Role* predefined_role(std::string_view key);
// To a key or a user. What cannot be given and is there all the same grants nothing.
bool can_be_given(const Role& role);
// What is not understood of the row grants nothing.
Role role_of(const RoleRow& row);

// 1 to 63 of a-z, 0-9 and -, beginning with a letter.
bool is_role_key(std::string_view text);

}  // namespace velum
