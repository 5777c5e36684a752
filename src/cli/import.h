#pragma once
// velum import: records from a file into a store, many at a time, since the store commits what
// waits together.
//
// A record is taken whole, or rejected with its line and the reason. Whoever is there already is
// left alone, so the same file can be imported again: after a crash, or to be sure.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/sensitive.h"
#include "cli/column_map.h"
#include "cli/record_reader.h"
#include "cli/reject_file.h"
#include "io/event_loop.h"
#include "io/task.h"

namespace velum {

enum class ImportOutcome : std::uint8_t { imported, already_there };

// Where documents go. import_targets.h has the two there are.
class ImportTarget {
 public:
  // Writes one document; durable when it succeeds. An error about the document rejects it; any
  // other ends the import.
  virtual Task<Result<ImportOutcome>> put(WipedText document) = 0;
  // What put() would refuse whatever the store holds.
  virtual Result<void> check(std::string_view document) = 0;

  virtual ~ImportTarget() = default;
};

struct ImportCounts {
  std::uint64_t imported = 0;  // On a dry run: would be taken.
  std::uint64_t already_there = 0;
  std::uint64_t rejected = 0;
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
  Importer(RecordReader& reader, const ColumnMap& map, ImportTarget& target, RejectFile& rejects)
      : reader_(reader), map_(map), target_(target), rejects_(rejects) {}

  // Reads to the end on `loop`. Fails if the input or the target does; what was taken before is
  // counted, and stays.
  Result<void> run(EventLoop& loop, ImportMode mode, const ImportReport& report);
  const ImportCounts& counts() const { return counts_; }

 private:
  Task<void> work(ImportMode mode, const ImportReport& report);
  Task<Result<ImportOutcome>> take(const RawRecord& record, ImportMode mode);
  Result<void> note(const RawRecord& record, const Result<ImportOutcome>& outcome, ImportMode mode,
                    const ImportReport& report);
  Result<void> keep(const RawRecord& record);

  RecordReader& reader_;
  const ColumnMap& map_;
  ImportTarget& target_;
  RejectFile& rejects_;
  ImportCounts counts_;
  std::optional<Error> failure_;
  std::size_t working_ = 0;
};

}  // namespace velum
