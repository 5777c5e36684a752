#pragma once
// EntitySchemas: one schema for each entity. Immutable; any thread.

#include <array>
#include <memory>

#include "schema/schema.h"

namespace velum {

class EntitySchemas {
 public:
  // The default ones. Compiles them: one for all stores is enough.
  static EntitySchemas defaults() {
    EntitySchemas schemas;
    for (const EntityId entity : all_entities) {
      schemas.by_number_.at(place(entity)) = Schema::default_for(entity);
    }
    return schemas;
  }

  const Schema& of(EntityId entity) const { return *by_number_.at(place(entity)); }

 private:
  EntitySchemas() = default;
  static std::size_t place(EntityId entity) { return static_cast<std::size_t>(entity) - 1; }

  std::array<std::shared_ptr<const Schema>, all_entities.size()> by_number_;
};

}  // namespace velum
