#pragma once
// Account: one store, opened: its vault, its schemas and its choices.

#include <memory>
#include <string>

#include "base/ids.h"
#include "keys/vault.h"
#include "schema/entity_schemas.h"

namespace velum {

// Immutable after start, but for new revisions of its schemas; any thread.
struct Account {
  AccountId id{};
  std::string name;
  std::string region;
  MaskStyle mask_style = MaskStyle::documented;
  std::unique_ptr<const Vault> vault;
  std::unique_ptr<EntitySchemas> schemas;

  // The current one. Each operation asks once, and is done under the one it got.
  const Schema& schema_of(EntityId entity) const { return schemas->of(entity); }
};

}  // namespace velum
