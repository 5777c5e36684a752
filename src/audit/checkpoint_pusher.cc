#include "audit/checkpoint_pusher.h"

#include <algorithm>
#include <chrono>

#include "audit/note.h"
#include "io/datagram.h"
#include "io/process.h"

namespace velum {
namespace {

constexpr std::size_t file_read_max_bytes = std::size_t{16} << 20;
constexpr std::chrono::seconds retry_pause{1};
constexpr std::string_view syslog_head = "<85>velum: ";  // authpriv.notice

std::string_view origin_of(std::string_view note) {
  return note.substr(0, note.find('\n'));
}

// As far as their sizes tell; or the same.
Result<bool> is_later(std::string_view old_note, std::string_view note) {
  TRY_ASSIGN(const Checkpoint then, parse_checkpoint(old_note));
  TRY_ASSIGN(const Checkpoint now, parse_checkpoint(note));
  return now.size > then.size || (now.size == then.size && now.root == then.root);
}

}  // namespace

CheckpointPusher::CheckpointPusher(FileSystem& files, Log& log, PushTargets targets)
    : files_(files), log_(log), targets_(std::move(targets)), thread_([this] {
        name_this_thread("velum-push");
        run();
      }) {}

CheckpointPusher::~CheckpointPusher() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void CheckpointPusher::push(std::string_view note) {
  {
    const std::lock_guard lock(mutex_);
    Unsent& unsent = news_[std::string(origin_of(note))];
    if (unsent.first.empty()) unsent.first = note;
    unsent.last = note;
  }
  wake_.notify_all();
}

PushStatistics CheckpointPusher::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

void CheckpointPusher::run() {
  for (bool ending = false; !ending;) {
    {
      std::unique_lock lock(mutex_);
      const auto has_work = [this] { return ending_ || !news_.empty(); };
      const bool fails = file_fails_ || syslog_fails_ || sender_fails_;
      if (fails) wake_.wait_for(lock, retry_pause, [this] { return ending_; });
      if (!fails) wake_.wait(lock, has_work);
      ending = ending_;
      for (const auto& [origin, news] : news_) {
        if (!targets_.file.empty()) for_file_.emplace(origin, news).first->second.last = news.last;
        if (!targets_.syslog_socket.empty()) {
          for_syslog_.emplace(origin, news).first->second.last = news.last;
        }
        if (targets_.send) for_sender_.emplace(origin, news).first->second.last = news.last;
      }
      news_.clear();
    }
    deliver(for_file_, &CheckpointPusher::write_file, file_fails_);
    deliver(for_syslog_, &CheckpointPusher::write_syslog, syslog_fails_);
    deliver(for_sender_, &CheckpointPusher::call_sender, sender_fails_);
  }
}

// A target that fails is in the log when it begins to, not each time.
void CheckpointPusher::deliver(Waiting& waiting,
                               Result<void> (CheckpointPusher::*send)(const Waiting&),
                               bool& is_failing) {
  if (waiting.empty()) return;
  const auto sent = (this->*send)(waiting);
  if (!sent && !is_failing) {
    log_.error("checkpoint_push_failed", {{"code", sent.error().code()}});
  }
  is_failing = !sent;
  const std::lock_guard lock(mutex_);
  if (sent) statistics_.pushed += waiting.size();
  if (!sent) ++statistics_.failures;
  if (sent) waiting.clear();
}

Result<CheckpointPusher::Notes> CheckpointPusher::read_notes(const std::string& path) {
  Notes notes;
  const auto content = read_file(files_, path, file_read_max_bytes);
  if (!content && content.error().code() == ErrorCode::not_found) return notes;
  if (!content) return content.error();
  for (const std::string_view note : split_notes(as_text(*content))) {
    TRY(parse_checkpoint(note));  // Nothing else is overwritten.
    notes.insert_or_assign(std::string(origin_of(note)), std::string(note));
  }
  return notes;
}

Result<void> CheckpointPusher::replace_notes(const std::string& path, const Notes& notes) {
  std::string content;
  for (const auto& [origin, note] : notes) content += note;
  return replace_file(files_, path, as_bytes(content), FileAccess::everyone_read);
}

// What is in the files is looked at each time: their owner may have moved them, or put them back.
Result<void> CheckpointPusher::write_file(const Waiting& waiting) {
  const std::string conflict_path = targets_.file + ".conflict";
  TRY_ASSIGN(Notes all, read_notes(targets_.file));
  TRY_ASSIGN(Notes conflicts, read_notes(conflict_path));
  const Notes all_before = all;
  const std::size_t conflicts_before = conflicts.size();
  for (const auto& [origin, unsent] : waiting) {
    if (conflicts.contains(origin)) continue;
    const auto known = all.find(origin);
    const std::string& before = known == all.end() ? unsent.first : known->second;
    TRY_ASSIGN(const bool begins, is_later(before, unsent.first));
    TRY_ASSIGN(const bool goes_on, is_later(unsent.first, unsent.last));
    if (begins && goes_on) {
      all.insert_or_assign(origin, unsent.last);
    } else {
      conflicts.insert_or_assign(origin, begins ? unsent.last : unsent.first);
    }
  }
  if (conflicts.size() > conflicts_before) TRY(replace_notes(conflict_path, conflicts));
  if (all != all_before) TRY(replace_notes(targets_.file, all));
  if (conflicts.empty()) return {};
  return Error(ErrorCode::corrupt, "the log is older than a checkpoint that was pushed",
               conflict_path);
}

// In one line a note, since syslog has no others: its lines, with "|" between them.
Result<void> CheckpointPusher::write_syslog(const Waiting& waiting) {
  for (const auto& [origin, unsent] : waiting) {
    std::string line(syslog_head);
    line += unsent.last.substr(0, unsent.last.size() - 1);
    std::replace(line.begin(), line.end(), '\n', '|');
    TRY(send_datagram(targets_.syslog_socket, line));
  }
  return {};
}

Result<void> CheckpointPusher::call_sender(const Waiting& waiting) {
  for (const auto& [origin, unsent] : waiting) TRY(targets_.send(unsent.last));
  return {};
}

}  // namespace velum
