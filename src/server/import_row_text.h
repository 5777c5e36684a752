#pragma once
// What a row of an import says (import_row.h), before anything is asked of the store.

#include <optional>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/sensitive.h"
#include "json/value.h"

namespace velum {

struct ImportedPart {
  EntityId entity{};
  std::string_view key;
  WipedText document;
};

struct ImportedRow {
  // As many as one profile can have of everything: who sends more blocks others.
  static constexpr std::size_t parts_max = 500;

  json::Document text;  // Holds the memory of the views.
  std::optional<WipedText> profile;
  std::string_view email;
  std::vector<ImportedPart> parts;
};

// Fails with invalid_json, or invalid_argument for a member that is not known, or not what it is to
// be: a slip in a name would lose what stands there, and nobody would be told.
Result<ImportedRow> read_import_row(std::string_view text);

}  // namespace velum
