#include "audit/appender.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "io/process.h"

namespace velum {
namespace {

Error unavailable(Literal why) {
  return {ErrorCode::audit_unavailable, why};
}

}  // namespace

Appender::Appender(FileSystem& files, const std::string& directory, Log& log,
                   const AuditOptions& options, Start start)
    : log_(log),
      options_(options),
      outbox_ids_(std::move(start.outbox_ids)),
      segment_(start.end.segment),
      next_number_(std::move(start.next_number)),
      writer_(files, directory, start.end, options.segment_size_bytes),
      thread_([this] { run(); }) {}

void Appender::stop() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Appender::submit(Append append) {
  {
    const std::lock_guard lock(mutex_);
    if (queued_entries_ + append.entries.size() <= options_.waiting_entries_max) {
      queued_entries_ += append.entries.size();
      queue_.push_back(std::move(append));
      wake_.notify_one();
      return;
    }
  }
  append.resolve(unavailable("too much waits for the audit log"));
}

void Appender::run() {
  name_this_thread("velum-journal");
  while (true) {
    std::vector<Append> appends;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
      if (queue_.empty()) return;
      appends.swap(queue_);
      queued_entries_ = 0;
    }
    append_all(appends);
  }
}

void Appender::append_all(std::vector<Append>& appends) {
  std::vector<JournalFrame> frames = number(appends);
  // The oldest that any of them can be in: an append may begin a new segment half way.
  const std::uint64_t from_segment = writer_.segment();
  JournalWriter::Appended appended;
  if (!frames.empty()) appended = writer_.append(frames);
  const Result<void>& result = appended.result;
  // What is durable counts, even when the rest failed and nobody is told: its numbers are taken.
  frames.resize(appended.durable);
  take_durable(appends, std::move(frames), from_segment);
  tell_availability(result);
  for (Append& append : appends) {
    append.resolve(result ? Result<void>()
                          : Result<void>(unavailable("the audit log cannot be written")));
  }
  if (!result) std::this_thread::sleep_for(options_.retry_pause);
}

std::vector<JournalFrame> Appender::number(std::vector<Append>& appends) {
  std::vector<JournalFrame> frames;
  std::map<AccountId, std::uint64_t> next = next_number_;
  // An append that was given up on is still queued when its entries come again.
  std::unordered_set<EntryId> in_batch;
  const std::lock_guard lock(mutex_);
  for (Append& append : appends) {
    for (EncodedEntry& entry : append.entries) {
      if (append.source == EntrySource::outbox &&
          (outbox_ids_.contains(entry.id) || !in_batch.insert(entry.id).second)) {
        continue;
      }
      const std::uint64_t own = next[entry.account]++;
      frames.push_back(
          {entry.account, own, entry.id, entry.head + std::to_string(own) + entry.tail});
    }
  }
  return frames;
}

// The segment moves on together with durable_: seen apart, a segment whose frames are on their way
// there would look as if nobody needed it.
void Appender::take_durable(const std::vector<Append>& appends, std::vector<JournalFrame> frames,
                            std::uint64_t from_segment) {
  const auto is_outbox = [](const Append& append) { return append.source == EntrySource::outbox; };
  const bool has_outbox = std::any_of(appends.begin(), appends.end(), is_outbox);
  std::unordered_set<EntryId> ids;
  for (const JournalFrame& frame : frames) {
    next_number_[frame.account] = frame.number + 1;
    if (has_outbox) ids.insert(frame.id);
  }
  const std::lock_guard lock(mutex_);
  segment_ = writer_.segment();
  for (const Append& append : appends) {
    if (!is_outbox(append)) continue;
    for (const EncodedEntry& entry : append.entries) {
      if (ids.contains(entry.id)) outbox_ids_.emplace(entry.id, from_segment);
    }
  }
  statistics_.entries += frames.size();
  statistics_.batches += frames.empty() ? 0U : 1U;
  std::move(frames.begin(), frames.end(), std::back_inserter(durable_));
}

void Appender::tell_availability(const Result<void>& result) {
  {
    const std::lock_guard lock(mutex_);
    if (statistics_.available == result.has_value()) return;
    statistics_.available = result.has_value();
  }
  if (result) {
    log_.info("audit_available");
  } else {
    log_.error("audit_unavailable", {{"code", result.error().code()}});
  }
}

std::vector<JournalFrame> Appender::durable(std::size_t skip) const {
  const std::lock_guard lock(mutex_);
  return {durable_.begin() + static_cast<std::ptrdiff_t>(skip), durable_.end()};
}

std::vector<JournalFrame> Appender::search(AccountId account, const AuditSearch& search,
                                           const AuditMatcher& matcher) const {
  std::vector<JournalFrame> found;
  const std::lock_guard lock(mutex_);
  for (auto frame = durable_.rbegin(); frame != durable_.rend(); ++frame) {
    if (found.size() == search.limit) break;
    const bool wanted =
        frame->account == account && frame->number < search.before.value_or(UINT64_MAX);
    if (wanted && matcher.matches(frame->entry)) found.push_back(*frame);
  }
  return found;
}

void Appender::drop_durable(std::size_t count) {
  const std::lock_guard lock(mutex_);
  durable_.erase(durable_.begin(), durable_.begin() + static_cast<std::ptrdiff_t>(count));
}

void Appender::forget_outbox(const std::vector<EntryId>& ids) {
  const std::lock_guard lock(mutex_);
  for (const EntryId& id : ids) outbox_ids_.erase(id);
}

void Appender::forget_outbox() {
  const std::lock_guard lock(mutex_);
  outbox_ids_.clear();
}

std::optional<std::uint64_t> Appender::oldest_needed_segment() const {
  const std::lock_guard lock(mutex_);
  if (!durable_.empty()) return std::nullopt;
  std::uint64_t oldest = segment_;
  for (const auto& [id, in_segment] : outbox_ids_) oldest = std::min(oldest, in_segment);
  return oldest;
}

AuditStatistics Appender::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

}  // namespace velum
