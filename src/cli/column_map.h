#pragma once
// ColumnMap: which field of a profile a column of the file becomes. Understands the columns of a
// Master Data CL export without being told; docs/importing.md has the table. What it does not know
// keeps its name, and is personal until a schema says otherwise.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/record_reader.h"

namespace velum {

class ColumnMap {
 public:
  // `toml` is the text of a --map file: `"column" = "field"`, an empty field leaves the column out.
  // It wins over what is built in. Fails with invalid_argument.
  static Result<ColumnMap> with(std::string_view toml);

  // The field of a column; nullopt if it is left out. Columns are compared ignoring ASCII case.
  std::optional<std::string> field_of(std::string_view column) const;

  // A record as a document's JSON. `columns` are the file's, for CSV. Cells and members that hold
  // nothing ("" and null) become nothing. Fails with invalid_argument or invalid_field; the subject
  // is a field's name if it is one of ours.
  Result<WipedText> document_of(const RawRecord& record,
                                const std::vector<WipedText>& columns) const;

 private:
  std::map<std::string, std::string, std::less<>> given_;  // By the column's name in lower case.
};

}  // namespace velum
