#include "cli/import.h"

#include <utility>

#include "io/handoff.h"

namespace velum {
namespace {

bool is_about_the_document(ErrorCode code) {
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

// One record at a time, in turn with the others, until there is none.
Task<void> Importer::work(ImportMode mode, const ImportReport& report) {
  while (!failure_) {
    auto record = reader_.next();
    if (!record) {
      failure_ = record.error();
    } else if (!*record) {
      break;
    } else {
      const auto outcome = co_await take(**record, mode);
      if (auto noted = note(**record, outcome, mode, report); !noted) failure_ = noted.error();
    }
  }
  --working_;
}

Task<Result<ImportOutcome>> Importer::take(const RawRecord& record, ImportMode mode) {
  CO_TRY_ASSIGN(WipedText document, map_.document_of(record, reader_.columns()));
  if (mode == ImportMode::write) co_return co_await target_.put(std::move(document));
  CO_TRY(target_.check(view(document)));
  co_return ImportOutcome::imported;
}

Result<void> Importer::note(const RawRecord& record, const Result<ImportOutcome>& outcome,
                            ImportMode mode, const ImportReport& report) {
  if (outcome) {
    ++(*outcome == ImportOutcome::imported ? counts_.imported : counts_.already_there);
  } else if (is_about_the_document(outcome.error().code())) {
    ++counts_.rejected;
    report.rejected(record.line, outcome.error());
    if (mode == ImportMode::write) TRY(keep(record));
  } else {
    return outcome.error();
  }
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
