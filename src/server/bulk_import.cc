#include "server/bulk_import.h"

#include <algorithm>
#include <utility>

#include "io/all_of.h"
#include "io/repeat.h"
#include "json/json_text.h"
#include "server/problem.h"

namespace velum {
namespace {

constexpr std::size_t batch_count_max = 32;
constexpr std::size_t batch_size_max_bytes = 256 << 10;

// For the outbox to empty, if others fill it as well.
constexpr int room_tries = 200;
constexpr std::chrono::milliseconds room_interval{50};

// Or about the store, which will not take the next row either.
bool is_about_the_row(const Error& error) {
  return problem_kind(error.code()).status < 500;
}

std::string told_error(const Error& error) {
  return "\"code\":" + json_string(problem_kind(error.code()).code) +
         ",\"message\":" + json_string(problem_message(error));
}

void add(EntityCounts& sum, const EntityCounts& counts) {
  for (const EntityId entity : all_entities) sum.add(entity, counts.of(entity));
}

}  // namespace

Task<Result<void>> BulkImport::run(HttpExchange& exchange) {
  HttpResponse head;
  head.status = 200;
  head.content_type = "application/x-ndjson";
  bool begun = false;
  while (true) {
    // Not before something has come: until then what is wrong with the body has a status.
    const Result<std::string_view> piece = co_await exchange.read();
    if (!piece && !begun) co_return piece.error();
    if (!std::exchange(begun, true)) CO_TRY(co_await exchange.begin(head));
    if (!piece) {
      const std::string cut = "{\"status\":\"cut\"," + told_error(piece.error()) + "}\n";
      co_return co_await exchange.write(cut);
    }
    if (piece->empty()) break;
    CO_TRY(co_await take(*piece, exchange));
  }
  if (!line_.empty() || is_too_long_) end_line();
  CO_TRY(co_await put_batch(exchange));
  const std::string end = told_at_end();
  co_return co_await exchange.write(end);
}

Task<Result<void>> BulkImport::take(std::string_view piece, HttpExchange& exchange) {
  while (take_line(piece)) {
    end_line();
    if (is_batch_full()) CO_TRY(co_await put_batch(exchange));
  }
  co_return co_await put_batch(exchange);
}

// Takes from `bytes` up to a line's end; false if that has not come.
bool BulkImport::take_line(std::string_view& bytes) {
  const std::size_t end = bytes.find('\n');
  const std::string_view part = bytes.substr(0, end);
  is_too_long_ = is_too_long_ || line_.size() + part.size() > line_size_max_bytes;
  if (is_too_long_) {
    line_ = WipedText();
  } else {
    append(line_, part);
  }
  bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  return end != std::string_view::npos;
}

// Blank lines are counted, and nothing is said of them.
void BulkImport::end_line() {
  ++lines_;
  const bool is_blank = view(line_).find_first_not_of(" \t\r") == std::string_view::npos;
  if (is_too_long_) {
    batch_.push_back({lines_, {}, Error(ErrorCode::too_large, "a line may have 1 MiB")});
  } else if (!is_blank) {
    batch_size_bytes_ += line_.size();
    batch_.push_back({lines_, std::move(line_)});
  }
  line_ = WipedText();
  is_too_long_ = false;
}

bool BulkImport::is_batch_full() const {
  return batch_.size() >= batch_count_max || batch_size_bytes_ >= batch_size_max_bytes;
}

Task<Result<void>> BulkImport::put_batch(HttpExchange& exchange) {
  if (batch_.empty()) co_return Result<void>();
  co_await wait_for_room();
  std::vector<Task<void>> tasks;
  for (Row& row : batch_) {
    if (!row.problem) tasks.push_back(put(row));
  }
  co_await all_of(std::move(tasks));
  std::string text;
  Result<void> result;
  for (Row& row : batch_) {
    // Its profile may have been an earlier line of the same batch.
    if (row.problem && row.problem->code() == ErrorCode::not_found) co_await put(row);
    if (row.problem && row.problem->code() == ErrorCode::not_found) callers_.found_nobody();
    text.append(told(row)).append("\n");
    if (row.problem && !is_about_the_row(*row.problem)) result = *row.problem;
  }
  CO_TRY(co_await exchange.write(text));
  CO_TRY(std::move(result));
  batch_.clear();
  batch_size_bytes_ = 0;
  co_return Result<void>();
}

Task<void> BulkImport::put(Row& row) {
  row.problem.reset();
  row.outcome = {};
  Result<void> done = outbox_is_full();
  if (outbox_.has_room()) {
    done = co_await import_row(engine_, callers_, account_, view(row.text), row.outcome);
  }
  if (!done) row.problem = done.error();
}

Task<void> BulkImport::wait_for_room() {
  for (int tries = 0; tries < room_tries && !outbox_.has_room(); ++tries) {
    co_await sleep_for(room_interval);
  }
}

std::string BulkImport::told(const Row& row) {
  add(all_.made, row.outcome.made);
  add(all_.already_there, row.outcome.already_there);
  std::string_view status = row.outcome.made.json() == "{}" ? "alreadyThere" : "made";
  std::string error;
  if (row.problem) {
    const bool is_rejected = is_about_the_row(*row.problem);
    rejected_ += is_rejected;
    status = is_rejected ? "rejected" : "failed";
    error = told_error(*row.problem) + ",";
  }
  std::string id;
  if (row.outcome.profile) id = "\"id\":" + json_string(row.outcome.profile->text()) + ",";
  return "{\"line\":" + std::to_string(row.line) + ",\"status\":" + json_string(status) + "," +
         error + id + counts_json(row.outcome) + "}";
}

std::string BulkImport::told_at_end() const {
  return "{\"lines\":" + std::to_string(lines_) + "," + counts_json(all_) +
         ",\"rejected\":" + std::to_string(rejected_) + "}\n";
}

}  // namespace velum
