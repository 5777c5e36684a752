#pragma once
// RowMaker: the records of a file as the rows that server/import_row.h takes. One record may become
// a profile, an address and consents; where the layout says so, several records are one row.

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sensitive.h"
#include "cli/client_emails.h"
#include "cli/column_map.h"
#include "cli/record_reader.h"

namespace velum {

class RowMaker {
 public:
  // `columns` are the file's, none for JSON Lines. `clients` may be nullptr: then a row names its
  // client by e-mail. All outlive the maker.
  RowMaker(const ColumnMap& map, const std::vector<WipedText>& columns,
           const ClientEmails* clients);

  bool may_go_on() const { return map_.layout() == Layout::magento_composite; }
  // Does the record hold only a further address of the one before it? Not behind an empty line.
  bool goes_on(const RawRecord& record) const;
  // Cells and members that hold nothing ("" and null) become nothing. Fails with invalid_argument
  // or invalid_field; the subject is a field's name if it is one of ours.
  Result<WipedText> row_of(std::span<const RawRecord> records) const;

 private:
  const ColumnMap& map_;
  const ClientEmails* clients_;
  std::vector<ColumnTarget> targets_;  // CSV only: one for each column.
};

}  // namespace velum
