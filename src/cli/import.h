#pragma once
// velum import: records from a file into a store, many at a time, since the store commits what
// waits together.
//
// A row is taken, or rejected with its line and the reason. Whoever is there already is left alone
// and gets only what is missing, so the same file can be imported again: after a crash, or to be
// sure.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/sensitive.h"
#include "cli/record_reader.h"
#include "cli/reject_file.h"
#include "cli/row_maker.h"
#include "io/event_loop.h"
#include "io/task.h"
#include "server/import_row.h"

namespace velum {

// Where rows go. import_targets.h has the two there are.
class ImportTarget {
 public:
  // Makes what of one row is not there; durable when it succeeds. An error about the row rejects
  // it; any other ends the import.
  virtual Task<Result<RowOutcome>> put(WipedText row) = 0;
  // What put() would refuse whatever the store holds, else what it would make of nothing.
  virtual Result<RowOutcome> check(std::string_view row) = 0;

  virtual ~ImportTarget() = default;
};

struct ImportCounts {
  struct OfEntity {
    std::uint64_t imported = 0;  // On a dry run: would be taken.
    std::uint64_t already_there = 0;
  };
  std::map<EntityId, OfEntity> entities;
  std::uint64_t records = 0;   // Of the file, that have been dealt with.
  std::uint64_t rejected = 0;  // Of them.

  void add(const RowOutcome& outcome);
  OfEntity all() const;
};

enum class ImportMode : std::uint8_t { write, dry_run };

struct ImportReport {
  std::function<void(std::uint64_t line, const Error& error)> rejected;
  std::function<void(const ImportCounts& counts)> progress;  // After each record.
};

class Importer {
 public:
  static constexpr std::size_t in_flight_max = 256;

  // The references outlive the importer.
  Importer(RecordReader& reader, const RowMaker& maker, ImportTarget& target, RejectFile& rejects)
      : reader_(reader), maker_(maker), target_(target), rejects_(rejects) {}

  // Reads to the end on `loop`. Fails if the input or the target does; what was taken before is
  // counted, and stays.
  Result<void> run(EventLoop& loop, ImportMode mode, const ImportReport& report);
  const ImportCounts& counts() const { return counts_; }

 private:
  using Records = std::vector<RawRecord>;  // That are one row.

  Task<void> work(ImportMode mode, const ImportReport& report);
  Result<Records> next();
  Task<Result<RowOutcome>> take(const Records& records, ImportMode mode);
  Result<void> note(const Records& records, const Result<RowOutcome>& outcome, ImportMode mode,
                    const ImportReport& report);
  Result<void> keep(const RawRecord& record);

  RecordReader& reader_;
  const RowMaker& maker_;
  std::optional<RawRecord> ahead_;  // Has been read, and is not of the row before it.
  ImportTarget& target_;
  RejectFile& rejects_;
  ImportCounts counts_;
  std::optional<Error> failure_;
  std::size_t working_ = 0;
};

}  // namespace velum
