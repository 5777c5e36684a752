#include "cli/import.h"

#include <utility>

#include "io/handoff.h"

namespace velum {
namespace {

// Of a row of several records, beyond which the next one is one of its own: as many addresses as a
// profile has room for, and no more memory than one record may take.
constexpr std::size_t records_max = 100;

bool is_about_the_row(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
    case ErrorCode::invalid_json:
    case ErrorCode::invalid_field:
    case ErrorCode::masked_value:
    case ErrorCode::card_data:
    case ErrorCode::too_large: return true;
    default: return false;
  }
}

}  // namespace

Result<void> Importer::run(EventLoop& loop, ImportMode mode, const ImportReport& report) {
  working_ = in_flight_max;
  for (std::size_t index = 0; index < in_flight_max; ++index) loop.start(work(mode, report));
  loop.context().restart();
  while (working_ > 0) VELUM_CHECK(loop.context().run_one() > 0);
  TRY(rejects_.sync());
  if (failure_) return *failure_;
  return {};
}

void ImportCounts::add(const RowOutcome& outcome) {
  for (const EntityId entity : all_entities) {
    const std::uint32_t made = outcome.made.of(entity);
    const std::uint32_t there = outcome.already_there.of(entity);
    if (made + there == 0) continue;
    entities[entity].imported += made;
    entities[entity].already_there += there;
  }
}

ImportCounts::OfEntity ImportCounts::all() const {
  OfEntity sum;
  for (const auto& [entity, counts] : entities) {
    sum.imported += counts.imported;
    sum.already_there += counts.already_there;
  }
  return sum;
}

// One row at a time, in turn with the others, until there is none.
Task<void> Importer::work(ImportMode mode, const ImportReport& report) {
  while (!failure_) {
    const auto records = next();
    if (!records) {
      failure_ = records.error();
    } else if (records->empty()) {
      break;
    } else {
      const auto outcome = co_await take(*records, mode);
      if (auto noted = note(*records, outcome, mode, report); !noted) failure_ = noted.error();
    }
  }
  --working_;
}

// Looks no further than a record with a problem, of which there may be more to read.
Result<Importer::Records> Importer::next() {
  Records records;
  std::size_t size_bytes = 0;
  while (true) {
    if (!ahead_) {
      TRY_ASSIGN(ahead_, reader_.next());
    }
    if (!ahead_) return records;
    size_bytes += ahead_->text.size();
    const bool is_first = records.empty();
    const bool belongs = is_first || (maker_.goes_on(*ahead_) && records.size() < records_max &&
                                      size_bytes <= record_size_max_bytes);
    if (!belongs) return records;
    records.push_back(*std::exchange(ahead_, std::nullopt));
    if (is_first && (records.front().problem || !maker_.may_go_on())) return records;
  }
}

Task<Result<RowOutcome>> Importer::take(const Records& records, ImportMode mode) {
  CO_TRY_ASSIGN(WipedText row, maker_.row_of(records));
  if (mode == ImportMode::write) co_return co_await target_.put(std::move(row));
  co_return target_.check(view(row));
}

Result<void> Importer::note(const Records& records, const Result<RowOutcome>& outcome,
                            ImportMode mode, const ImportReport& report) {
  if (outcome) {
    counts_.add(*outcome);
  } else if (is_about_the_row(outcome.error().code())) {
    counts_.rejected += records.size();
    report.rejected(records.front().line, outcome.error());
    // In the reject file an address must not follow a customer who is not the one it followed here.
    if (mode == ImportMode::write && maker_.may_go_on()) TRY(rejects_.add(""));
    for (const RawRecord& record : records) {
      if (mode == ImportMode::write) TRY(keep(record));
    }
  } else {
    return outcome.error();
  }
  counts_.records += records.size();
  report.progress(counts_);
  return {};
}

// A record that goes on is read on at once: no other worker has read behind it yet, because
// nothing waits for a record that has a problem.
Result<void> Importer::keep(const RawRecord& record) {
  if (!record.goes_on) return rejects_.add(view(record.text));
  TRY(rejects_.add(view(record.text), RecordPart::more_follows));
  while (true) {
    TRY_ASSIGN(const WipedText piece, reader_.read_on());
    TRY(rejects_.add(view(piece), piece.empty() ? RecordPart::last : RecordPart::more_follows));
    if (piece.empty()) return {};
  }
}

}  // namespace velum
