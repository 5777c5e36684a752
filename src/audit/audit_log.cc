#include "audit/audit_log.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "audit/journal.h"
#include "audit/log_reader.h"
#include "audit/tile_tree.h"
#include "io/handoff.h"

namespace velum {
namespace {

Error unavailable() {
  return {ErrorCode::audit_unavailable, "the audit log cannot be written"};
}

struct Append {
  std::vector<EncodedEntry> entries;
  bool from_outbox = false;
  Resolve<Result<void>> resolve;
};

std::string_view internal_use_name(InternalUse use) {
  switch (use) {
    case InternalUse::merge: return "merge";
    case InternalUse::remask: return "remask";
    case InternalUse::reindex: return "reindex";
    case InternalUse::conditions: return "conditions";
  }
  VELUM_CHECK(false);
}

}  // namespace

constexpr std::uint64_t searched_entries_max = 20 * tile_width;
constexpr int search_attempts_max = 3;

// What is known of a tree without waiting for the thread that writes it.
struct PublishedTree {
  std::uint64_t size = 0;
  std::string checkpoint;
};

// Two threads: the journal's appends and syncs; the tree's takes what is durable into the trees.
// What they share with callers is under `mutex`; the trees are under `trees_mutex`, which is held
// for many syncs, so no caller on a loop may take it.
struct AuditLog::State {
  FileSystem& files;
  std::string directory;
  Log& log;
  AuditOptions options;
  std::map<AccountId, AuditAccount> accounts;

  std::mutex mutex;
  std::condition_variable wake;
  std::vector<Append> queue;
  std::vector<JournalFrame> durable;  // Not yet in a committed tree.
  std::map<AccountId, PublishedTree> published;
  std::unordered_map<EntryId, std::uint64_t> outbox_ids;  // Segment of each.
  bool ending = false;
  std::condition_variable checkpoint_wake;

  std::map<AccountId, std::uint64_t> next_number;  // The journal thread's own.
  std::optional<JournalWriter> writer;             // Likewise.
  std::atomic<std::uint64_t> segment{0};

  std::mutex trees_mutex;
  std::map<AccountId, TileTree> trees;
  std::size_t appended = 0;  // How many of `durable` the trees have, committed or not.

  std::atomic<std::uint64_t> entries{0}, batches{0}, failures{0};
  std::atomic<bool> available{true};
  std::thread journal_thread, tree_thread;

  State(FileSystem& file_system, std::string path, Log& to, AuditOptions given)
      : files(file_system), directory(std::move(path)), log(to), options(given) {}

  Result<void> open();
  Result<void> replay(JournalFrame frame, std::uint64_t in_segment);
  void submit(Append append);
  void run_journal();
  void append_all(std::vector<Append>& appends);
  void take_durable(const std::vector<Append>& appends, std::vector<JournalFrame> frames,
                    std::uint64_t from_segment);
  void finish(std::vector<Append>& appends, const Result<void>& result);
  std::vector<JournalFrame> number(std::vector<Append>& appends);
  void run_trees();
  Result<void> commit_trees();
  void publish();
  void remove_old_segments();
  PublishedTree take_recent(AccountId account, const AuditSearch& search, AuditPage& page);
  Result<void> take_committed(const std::string& tree, std::uint64_t size,
                              const AuditSearch& search, AuditPage& page);
  void end();
};

Result<void> AuditLog::State::replay(JournalFrame frame, std::uint64_t in_segment) {
  const auto tree = trees.find(frame.account);
  if (tree == trees.end()) {
    return Error(ErrorCode::corrupt, "the journal has entries of an unknown account", directory);
  }
  outbox_ids.emplace(frame.id, in_segment);
  if (frame.number > tree->second.size()) {
    return Error(ErrorCode::corrupt, "the journal lacks entries", directory);
  }
  if (frame.number == tree->second.size()) tree->second.append(std::move(frame.entry));
  return {};
}

Result<void> AuditLog::State::open() {
  for (const std::string& path : {directory, directory + "/journal"}) {
    TRY_ASSIGN(const bool exists, files.exists(path));
    if (exists) continue;
    TRY(files.make_directory(path));
    TRY(files.sync_directory(parent_directory(path)));
  }
  for (const auto& [id, account] : accounts) {
    TRY_ASSIGN(TileTree tree, TileTree::open(files, directory + "/" + account.name, account));
    trees.emplace(id, std::move(tree));
  }
  const auto each = [this](JournalFrame frame, std::uint64_t in_segment) {
    return replay(std::move(frame), in_segment);
  };
  TRY_ASSIGN(const JournalEnd end, read_journal(files, directory + "/journal", each));
  for (const auto& [id, tree] : trees) {
    next_number[id] = tree.size();
    published[id] = {tree.committed_size(), tree.checkpoint()};
  }
  writer.emplace(files, directory + "/journal", end, options.segment_size_bytes);
  segment = end.segment;
  journal_thread = std::thread([this] { run_journal(); });
  tree_thread = std::thread([this] { run_trees(); });
  return {};
}

void AuditLog::State::submit(Append append) {
  {
    const std::lock_guard lock(mutex);
    queue.push_back(std::move(append));
  }
  wake.notify_one();
}

void AuditLog::State::run_journal() {
  while (true) {
    std::vector<Append> appends;
    {
      std::unique_lock lock(mutex);
      wake.wait(lock, [this] { return ending || !queue.empty(); });
      if (queue.empty()) return;
      appends.swap(queue);
    }
    append_all(appends);
  }
}

std::vector<JournalFrame> AuditLog::State::number(std::vector<Append>& appends) {
  std::vector<JournalFrame> frames;
  std::map<AccountId, std::uint64_t> next = next_number;
  // An append that was given up on is still queued when its entries come again.
  std::unordered_set<EntryId> in_batch;
  const std::lock_guard lock(mutex);
  for (Append& append : appends) {
    for (EncodedEntry& entry : append.entries) {
      if (append.from_outbox &&
          (outbox_ids.contains(entry.id) || !in_batch.insert(entry.id).second)) {
        continue;
      }
      const std::uint64_t own = next[entry.account]++;
      frames.push_back(
          {entry.account, own, entry.id, entry.head + std::to_string(own) + entry.tail});
    }
  }
  return frames;
}

void AuditLog::State::append_all(std::vector<Append>& appends) {
  std::vector<JournalFrame> frames = number(appends);
  // The oldest that any of them can be in: an append may begin a new segment half way.
  const std::uint64_t from_segment = segment;
  JournalWriter::Appended appended_now;
  if (!frames.empty()) appended_now = writer->append(frames);
  const Result<void>& result = appended_now.result;
  segment = writer->segment();
  // What is durable counts, even when the rest failed and nobody is told: its numbers are taken.
  frames.resize(appended_now.durable);
  take_durable(appends, std::move(frames), from_segment);
  if (result.has_value() != available.exchange(result.has_value())) {
    if (result) {
      log.info("audit_available");
    } else {
      log.error("audit_unavailable", {{"code", result.error().code()}});
    }
  }
  finish(appends, result);
  if (!result) std::this_thread::sleep_for(options.retry_pause);
}

void AuditLog::State::take_durable(const std::vector<Append>& appends,
                                   std::vector<JournalFrame> frames, std::uint64_t from_segment) {
  if (frames.empty()) return;
  std::unordered_set<EntryId> ids;
  for (const JournalFrame& frame : frames) {
    next_number[frame.account] = frame.number + 1;
    ids.insert(frame.id);
  }
  const std::lock_guard lock(mutex);
  for (const Append& append : appends) {
    if (!append.from_outbox) continue;
    for (const EncodedEntry& entry : append.entries) {
      if (ids.contains(entry.id)) outbox_ids.emplace(entry.id, from_segment);
    }
  }
  entries += frames.size();
  ++batches;
  std::move(frames.begin(), frames.end(), std::back_inserter(durable));
}

void AuditLog::State::finish(std::vector<Append>& appends, const Result<void>& result) {
  for (Append& append : appends) {
    if (!result) ++failures;
    append.resolve(result ? Result<void>() : Result<void>(unavailable()));
  }
}

void AuditLog::State::run_trees() {
  while (true) {
    {
      std::unique_lock lock(mutex);
      checkpoint_wake.wait_for(lock, options.checkpoint_interval, [this] { return ending; });
      if (ending) return;
    }
    if (const auto done = commit_trees(); !done) {
      log.error("checkpoint_failed", {{"code", done.error().code()}});
    }
  }
}

Result<void> AuditLog::State::commit_trees() {
  const std::lock_guard trees_lock(trees_mutex);
  std::vector<JournalFrame> frames;
  {
    const std::lock_guard lock(mutex);
    frames.assign(durable.begin() + static_cast<std::ptrdiff_t>(appended), durable.end());
  }
  for (JournalFrame& frame : frames) trees.at(frame.account).append(std::move(frame.entry));
  appended += frames.size();
  for (auto& [id, tree] : trees) TRY(tree.commit());
  publish();
  remove_old_segments();
  return {};
}

// All that was appended is committed: readers find it in the trees' files from now on.
void AuditLog::State::publish() {
  const std::lock_guard lock(mutex);
  for (const auto& [id, tree] : trees) published[id] = {tree.committed_size(), tree.checkpoint()};
  durable.erase(durable.begin(), durable.begin() + static_cast<std::ptrdiff_t>(appended));
  appended = 0;
}

// Everything durable before this call is in the trees, so only what the outbox may still hold needs
// the journal.
void AuditLog::State::remove_old_segments() {
  std::uint64_t oldest = segment;
  {
    const std::lock_guard lock(mutex);
    if (!durable.empty()) return;
    for (const auto& [id, in_segment] : outbox_ids) oldest = std::min(oldest, in_segment);
  }
  const auto segments = list_segments(files, directory + "/journal");
  if (!segments) return;
  for (const std::uint64_t number : *segments) {
    if (number >= oldest) return;
    static_cast<void>(files.remove(segment_path(directory + "/journal", number)).has_value());
  }
}

void AuditLog::State::end() {
  {
    const std::lock_guard lock(mutex);
    ending = true;
  }
  wake.notify_all();
  checkpoint_wake.notify_all();
  if (journal_thread.joinable()) journal_thread.join();
  if (tree_thread.joinable()) tree_thread.join();
  if (const auto done = commit_trees(); !done) {
    log.error("checkpoint_failed", {{"code", done.error().code()}});
  }
}

AuditLog::AuditLog(std::unique_ptr<State> state) : state_(std::move(state)) {}
AuditLog::~AuditLog() {
  state_->end();
}

Result<std::unique_ptr<AuditLog>> AuditLog::open(FileSystem& files, const std::string& directory,
                                                 std::vector<AuditAccount> accounts, Log& log,
                                                 AuditOptions options) {
  auto state = std::make_unique<State>(files, directory, log, options);
  for (AuditAccount& account : accounts) {
    const AccountId id = account.id;
    state->accounts.emplace(id, std::move(account));
  }
  TRY(state->open());
  return std::unique_ptr<AuditLog>(new AuditLog(std::move(state)));
}

EncodedEntry AuditLog::encoded(const AuditEntry& entry) const {
  const AuditAccount& account = state_->accounts.at(entry.account);
  return encode(entry, account.name, account.region);
}

Task<Result<void>> AuditLog::append(std::vector<EncodedEntry> entries, EntrySource source) {
  const auto start = [this, &entries, source](Resolve<Result<void>> resolve) {
    state_->submit({std::move(entries), source == EntrySource::outbox, std::move(resolve)});
  };
  auto result = co_await suspend_for<Result<void>>(state_->options.append_timeout, start);
  if (!result) {
    ++state_->failures;
    co_return unavailable();
  }
  co_return *std::move(result);
}

Task<Result<void>> AuditLog::record(AuditEntry entry) {
  std::vector<EncodedEntry> entries;
  entries.push_back(encoded(entry));
  co_return co_await append(std::move(entries), EntrySource::caller);
}

Task<Result<UnmaskPermit>> AuditLog::permit_unmask(AuditEntry entry) {
  VELUM_CHECK(entry.record && entry.version && entry.envelope_hash);
  UnmaskPermit permit;
  permit.account_ = entry.account;
  permit.record_ = *entry.record;
  permit.version_ = *entry.version;
  permit.envelope_hash_ = *entry.envelope_hash;
  permit.fields_ = entry.fields;
  CO_TRY(co_await record(std::move(entry)));
  co_return permit;
}

InternalUsePermit AuditLog::permit_internal_use(InternalUse use, AuditEntry& entry) const {
  entry.internal_use = internal_use_name(use);
  return InternalUsePermit(use);
}

Task<Result<void>> AuditLog::take_outbox(std::vector<EncodedEntry> entries) {
  co_return co_await append(std::move(entries), EntrySource::outbox);
}

void AuditLog::forget_outbox(const std::vector<EntryId>& ids) {
  const std::lock_guard lock(state_->mutex);
  for (const EntryId& id : ids) state_->outbox_ids.erase(id);
}

void AuditLog::outbox_is_empty() {
  const std::lock_guard lock(state_->mutex);
  state_->outbox_ids.clear();
}

Bytes AuditLog::encode_for_outbox(const AuditEntry& entry) const {
  return pack(encoded(entry));
}

Result<void> AuditLog::checkpoint_now() {
  return state_->commit_trees();
}

Result<std::string> AuditLog::checkpoint(AccountId account) const {
  const std::lock_guard lock(state_->mutex);
  const auto tree = state_->published.find(account);
  if (tree == state_->published.end() || tree->second.checkpoint.empty()) {
    return Error(ErrorCode::not_found, "there is no checkpoint yet");
  }
  return tree->second.checkpoint;
}

// Adds what matches among the entries that no committed tree has yet.
PublishedTree AuditLog::State::take_recent(AccountId account, const AuditSearch& search,
                                           AuditPage& page) {
  const std::lock_guard lock(mutex);
  const PublishedTree tree = published[account];
  for (auto frame = durable.rbegin(); frame != durable.rend(); ++frame) {
    if (page.entries.size() == search.limit) break;
    const bool wanted = frame->account == account && frame->number >= tree.size &&
                        frame->number < search.before.value_or(UINT64_MAX);
    if (!wanted || !matches(search, frame->entry)) continue;
    page.entries.push_back(frame->entry);
    page.next = frame->number;
  }
  return tree;
}

// Adds what matches among the committed entries before `end`.
Result<void> AuditLog::State::take_committed(const std::string& tree, std::uint64_t size,
                                             const AuditSearch& search, AuditPage& page) {
  std::uint64_t end = std::min(size, search.before.value_or(UINT64_MAX));
  const std::uint64_t begin = end > searched_entries_max ? end - searched_entries_max : 0;
  while (end > begin && page.entries.size() < search.limit) {
    const std::uint64_t first = (end - 1) / tile_width * tile_width;
    // The newest bundle's name says its width, so it is asked for as it was committed.
    TRY_ASSIGN(std::vector<std::string> bundle,
               read_bundles(files, tree, first, std::min(first + tile_width, size)));
    for (; end > first && page.entries.size() < search.limit; --end) {
      std::string& entry = bundle[static_cast<std::size_t>(end - 1 - first)];
      if (matches(search, entry)) page.entries.push_back(std::move(entry));
    }
    page.next = end;
  }
  if (end == 0 && page.entries.size() < search.limit) page.next.reset();
  return {};
}

Result<AuditPage> AuditLog::search(AccountId account, const AuditSearch& search) const {
  const std::string tree = state_->directory + "/" + state_->accounts.at(account).name;
  for (int attempt = 1;; ++attempt) {
    AuditPage page;
    const PublishedTree published = state_->take_recent(account, search, page);
    const auto taken = state_->take_committed(tree, published.size, search, page);
    // Two commits in the meantime have removed the bundle that was the newest.
    const bool replaced = !taken && taken.error().code() == ErrorCode::not_found;
    if (replaced && attempt < search_attempts_max) continue;
    if (!taken) return taken.error();
    if (page.next == 0U) page.next.reset();
    return page;
  }
}

AuditStatistics AuditLog::statistics() const {
  return {state_->entries, state_->batches, state_->failures, state_->available};
}

}  // namespace velum
