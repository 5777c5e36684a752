#pragma once
// BulkImport: POST /import. A row a line in (import_row.h), and a line of what became of it out, in
// the order of the lines, while more arrive; at the end a line about all of them.
//
//   {"line":1,"status":"made","id":"...","made":{"profile":1,"address":2},"alreadyThere":{}}
//   {"line":2,"status":"alreadyThere","id":"...","made":{},"alreadyThere":{"profile":1}}
//   {"line":3,"status":"rejected","code":"invalid_field","message":"...","made":{},...}
//   {"lines":3,"made":{"profile":1,"address":2},"alreadyThere":{"profile":1},"rejected":1}
//
// Where the last line is missing the import was cut, and can be sent again: what is there is left
// as it is. It says why if it can: {"line":3,"status":"failed",...} where the store did not take a
// row,
// {"status":"cut",...} where the body broke off.
//
// Some rows at a time, which the store commits together; memory does not grow with the body. A row
// that needs the profile of an earlier line finds it.

#include <cstdint>
#include <optional>
#include <vector>

#include "http/message.h"
#include "profile/outbox_mover.h"
#include "server/import_row.h"

namespace velum {

class BulkImport {
 public:
  static constexpr std::size_t line_size_max_bytes = 1 << 20;

  // All outlive the import.
  BulkImport(DocumentEngine& engine, ImportCallers& callers, const Account& account,
             const OutboxMover& outbox)
      : engine_(engine), callers_(callers), account_(account), outbox_(outbox) {}

  // Reads the body to its end, or as far as it comes, and answers. A failure is the answer if none
  // was begun.
  Task<Result<void>> run(HttpExchange& exchange);

 private:
  struct Row {
    std::uint64_t line;
    WipedText text;
    std::optional<Error> problem = {};
    RowOutcome outcome = {};
  };

  bool take_line(std::string_view& bytes);
  void end_line();
  bool is_batch_full() const;
  Task<Result<void>> take(std::string_view piece, HttpExchange& exchange);
  Task<Result<void>> put_batch(HttpExchange& exchange);
  Task<void> put(Row& row);
  Task<void> wait_for_room();
  std::string told(const Row& row);
  std::string told_at_end() const;

  DocumentEngine& engine_;
  ImportCallers& callers_;
  const Account& account_;
  const OutboxMover& outbox_;

  WipedText line_;  // As much of it as has come.
  bool is_too_long_ = false;
  std::uint64_t lines_ = 0;
  std::vector<Row> batch_;
  std::size_t batch_size_bytes_ = 0;

  RowOutcome all_;
  std::uint64_t rejected_ = 0;
};

}  // namespace velum
