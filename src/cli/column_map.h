#pragma once
// ColumnMap: what a column of the file becomes: as the layout has it, or as the operator says
// otherwise. What neither knows keeps its name, and is personal until a schema says otherwise.

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/layout.h"

namespace velum {

class ColumnMap {
 public:
  // `toml` is the text of a --map file: `"column" = "field"`. The field may be one of the address
  // ("address.route"), or a consent by its purpose ("consent.newsletter"); an empty one leaves the
  // column out. Fails with invalid_argument.
  static Result<ColumnMap> with(Layout layout, std::string_view toml);

  Layout layout() const { return layout_; }
  // Columns are compared ignoring ASCII case. Refers to `column` and to the map.
  ColumnTarget target_of(std::string_view column) const;

 private:
  explicit ColumnMap(Layout layout) : layout_(layout) {}
  ColumnTarget given_target(std::string_view field) const;

  Layout layout_;
  std::map<std::string, std::string, std::less<>> given_;  // By the column's name in lower case.
};

}  // namespace velum
