#pragma once
// Account: one store, opened: its vault, its schemas and its choices.

#include <memory>
#include <string>

#include "base/ids.h"
#include "keys/vault.h"
#include "schema/entity_schemas.h"

namespace velum {

// Immutable after start; any thread.
struct Account {
  AccountId id{};
  std::string name;
  std::string region;
  MaskStyle mask_style = MaskStyle::documented;
  std::unique_ptr<const Vault> vault;
  std::shared_ptr<const EntitySchemas> schemas;  // Those that change nothing share one.

  const Schema& schema_of(EntityId entity) const { return schemas->of(entity); }
};

}  // namespace velum
