#include "audit/audit_log.h"

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "audit/appender.h"
#include "audit/note.h"
#include "audit/pruning.h"
#include "audit/search_index.h"
#include "audit/tile_tree.h"
#include "io/handoff.h"
#include "io/process.h"

namespace velum {
namespace {

constexpr int read_attempts_max = 3;

std::string_view internal_use_name(InternalUse use) {
  switch (use) {
    case InternalUse::merge: return "merge";
    case InternalUse::remask: return "remask";
    case InternalUse::reindex: return "reindex";
    case InternalUse::conditions: return "conditions";
    case InternalUse::retention: return "retention";
  }
  VELUM_CHECK(false);
}

Error keeps_changing() {
  return {ErrorCode::storage_unavailable, "the log's newest files are being replaced: try again"};
}

SignedTree::Head head_of(const TileTree& tree) {
  return {tree.committed_size(), tree.checkpoint_root(), tree.checkpoint()};
}

}  // namespace

// What callers on a loop see is under `mutex`. The trees are under `trees_mutex`, which is held for
// many syncs: no such caller may take it.
struct AuditLog::State {
  FileSystem& files;
  std::string directory;
  Log& log;
  AuditOptions options;
  std::map<AccountId, AuditAccount> accounts;
  std::optional<Appender> appender;
  std::atomic<std::uint64_t> failures{0};
  std::atomic<unsigned> failed_commits{0};  // Of the trees, in a row.

  std::mutex mutex;
  std::condition_variable wake;
  std::map<AccountId, SignedTree::Head> published;  // Without waiting for the trees.
  std::map<AccountId, std::uint64_t> pruned;        // How many of the first entries are gone,
  std::map<AccountId, std::uint64_t> to_prune;      // and are to go after the next commit.
  bool ending = false;

  std::mutex trees_mutex;
  std::map<AccountId, TileTree> trees;
  std::size_t appended = 0;                  // How much of what the appender holds the trees have.
  std::map<AccountId, SearchIndex> indexes;  // Extended under trees_mutex, and read without.
  bool index_fails = false;
  bool pruning_fails = false;
  std::atomic<bool> index_is_behind{false};
  std::thread tree_thread;

  State(FileSystem& file_system, std::string path, Log& to, AuditOptions given)
      : files(file_system), directory(std::move(path)), log(to), options(std::move(given)) {}

  std::string journal() const { return directory + "/journal"; }
  // What is durable waits in memory for the trees, and nobody outside can check it before.
  bool trees_are_down() const { return failed_commits >= options.failed_commits_max; }
  Result<void> open();
  Result<void> make_directories();
  Result<void> open_trees();
  Result<void> replay(JournalFrame frame);
  void run_trees();
  Result<void> commit_trees();
  void publish();
  void tell(const std::string& note) const {
    if (options.on_checkpoint && !note.empty()) options.on_checkpoint(note);
  }
  void remove_old_segments();
  void extend_indexes();
  void prune_trees(const std::map<AccountId, std::uint64_t>& counts);
  void end();
};

Result<void> AuditLog::State::make_directories() {
  for (const std::string& path : {directory, journal()}) {
    TRY_ASSIGN(const bool exists, files.exists(path));
    if (exists) continue;
    TRY(files.make_directory(path));
    TRY(files.sync_directory(parent_directory(path)));
  }
  return {};
}

Result<void> AuditLog::State::open_trees() {
  for (const auto& [id, account] : accounts) {
    const std::string path = directory + "/" + account.name;
    TRY_ASSIGN(TileTree tree, TileTree::open(files, path, account));
    TRY_ASSIGN(pruned[id], read_pruned(files, path));
    if (pruned[id] > 0) to_prune[id] = pruned[id];  // What a crash has left of it.
    trees.emplace(id, std::move(tree));
    indexes.try_emplace(id, files, path);
  }
  return {};
}

Result<void> AuditLog::State::replay(JournalFrame frame) {
  const auto tree = trees.find(frame.account);
  if (tree == trees.end()) {
    return Error(ErrorCode::corrupt, "the journal has entries of an unknown account", directory);
  }
  if (frame.number > tree->second.size()) {
    return Error(ErrorCode::corrupt, "the journal lacks entries", directory);
  }
  if (frame.number == tree->second.size()) tree->second.append(std::move(frame.entry));
  return {};
}

Result<void> AuditLog::State::open() {
  TRY(make_directories());
  TRY(open_trees());
  TRY_ASSIGN(const std::vector<std::uint64_t> segments, list_segments(files, journal()));
  for (const std::uint64_t segment : segments) {
    TRY(make_durable(files, segment_path(journal(), segment)));
  }
  Appender::Start start;
  const auto each = [this, &start](JournalFrame frame, std::uint64_t in_segment) {
    start.outbox_ids.emplace(frame.id, in_segment);
    return replay(std::move(frame));
  };
  TRY_ASSIGN(start.end, read_journal(files, journal(), each));
  for (const auto& [id, tree] : trees) {
    start.next_number[id] = tree.size();
    published[id] = head_of(tree);
    tell(published[id].checkpoint);
  }
  appender.emplace(files, journal(), log, options, std::move(start));
  tree_thread = std::thread([this] {
    name_this_thread("velum-trees");
    run_trees();
  });
  return {};
}

void AuditLog::State::run_trees() {
  while (true) {
    {
      std::unique_lock lock(mutex);
      // What cannot be written is not tried again at once.
      const bool goes_on = index_is_behind && failed_commits == 0;
      const auto pause = goes_on ? std::chrono::milliseconds(0) : options.checkpoint_interval;
      wake.wait_for(lock, pause, [this] { return ending; });
      if (ending) return;
    }
    const auto done = commit_trees();
    failed_commits = done ? 0 : failed_commits + 1;
    if (!done) log.error("checkpoint_failed", {{"code", done.error().code()}});
  }
}

Result<void> AuditLog::State::commit_trees() {
  const std::lock_guard trees_lock(trees_mutex);
  // Asked before what is durable is: the entries that say so are in this commit.
  std::map<AccountId, std::uint64_t> counts;
  {
    const std::lock_guard lock(mutex);
    counts.swap(to_prune);
  }
  std::vector<JournalFrame> frames = appender->durable(appended);
  for (JournalFrame& frame : frames) trees.at(frame.account).append(std::move(frame.entry));
  appended += frames.size();
  // One that cannot be written keeps no other from its readers: theirs is published all the same.
  Result<void> all;
  for (auto& [id, tree] : trees) {
    if (auto done = tree.commit(); !done && all) all = std::move(done);
  }
  publish();
  if (!all) {
    const std::lock_guard lock(mutex);
    to_prune.merge(counts);
    return all;
  }
  // Readers find all of it in the trees' files now. Dropped after that, so that one who asks the
  // appender first misses nothing.
  appender->drop_durable(appended);
  appended = 0;
  remove_old_segments();
  prune_trees(counts);
  extend_indexes();
  return {};
}

// What each tree has committed: readers go by its files from now on.
void AuditLog::State::publish() {
  std::vector<std::string> news;
  {
    const std::lock_guard lock(mutex);
    for (const auto& [id, tree] : trees) {
      if (published[id].checkpoint != tree.checkpoint()) news.push_back(tree.checkpoint());
      published[id] = head_of(tree);
    }
  }
  for (const std::string& note : news) tell(note);
}

// Readers are told first: what they miss from then on was pruned. What cannot be removed is tried
// again with the next commit.
void AuditLog::State::prune_trees(const std::map<AccountId, std::uint64_t>& counts) {
  bool fails = false;
  for (const auto& [id, count] : counts) {
    const std::uint64_t first = trees.at(id).committed_size() / tile_width * tile_width;
    VELUM_CHECK(count <= first);
    {
      const std::lock_guard lock(mutex);
      pruned[id] = std::max(pruned[id], count);
    }
    const auto done = prune_tree(files, directory + "/" + accounts.at(id).name, count);
    if (done) continue;
    if (!pruning_fails) log.error("audit_prune_failed", {{"code", done.error().code()}});
    fails = true;
    const std::lock_guard lock(mutex);
    to_prune[id] = std::max(to_prune[id], count);
  }
  if (!counts.empty()) pruning_fails = fails;
}

void AuditLog::State::remove_old_segments() {
  const std::optional<std::uint64_t> oldest = appender->oldest_needed_segment();
  const auto segments = list_segments(files, journal());
  if (!oldest || !segments) return;
  for (const std::uint64_t number : *segments) {
    if (number >= *oldest) return;
    static_cast<void>(files.remove(segment_path(journal(), number)).has_value());
  }
}

// The trees are committed whatever becomes of what is derived from them: a search without its index
// is slower, and that is all.
void AuditLog::State::extend_indexes() {
  bool is_behind = false, fails = false;
  for (auto& [id, tree] : trees) {
    const auto extended = indexes.at(id).extend(tree.committed_size());
    is_behind = is_behind || (extended && *extended);
    fails = fails || !extended;
    if (!extended && !index_fails) {
      log.error("audit_index_failed", {{"code", extended.error().code()}});
    }
  }
  index_fails = fails;
  index_is_behind = is_behind;
}

void AuditLog::State::end() {
  appender->stop();
  {
    const std::lock_guard lock(mutex);
    ending = true;
  }
  wake.notify_all();
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
  auto state = std::make_unique<State>(files, directory, log, std::move(options));
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

Task<Result<void>> AuditLog::append(Append append) {
  if (state_->trees_are_down()) {
    ++state_->failures;
    co_return Error(ErrorCode::audit_unavailable, "the trees of the audit log cannot be written");
  }
  const auto start = [this, &append](Resolve<Result<void>> resolve) {
    append.resolve = std::move(resolve);
    state_->appender->submit(std::move(append));
  };
  auto result = co_await suspend_for<Result<void>>(state_->options.append_timeout, start);
  if (result && *result) co_return Result<void>();
  ++state_->failures;
  co_return result ? result->error() : Error(ErrorCode::audit_unavailable, "the audit log is late");
}

Task<Result<void>> AuditLog::record(AuditEntry entry) {
  Append one;
  one.entries.push_back(encoded(entry));
  co_return co_await append(std::move(one));
}

Task<Result<void>> AuditLog::record_all(std::vector<AuditEntry> entries) {
  Append all;
  for (const AuditEntry& entry : entries) all.entries.push_back(encoded(entry));
  co_return co_await append(std::move(all));
}

// For those who have waited until the entry was durable.
UnmaskPermit AuditLog::permit_of(const AuditEntry& entry) {
  VELUM_CHECK(entry.record && entry.version && entry.envelope_hash);
  UnmaskPermit permit;
  permit.account_ = entry.account;
  permit.record_ = *entry.record;
  permit.version_ = *entry.version;
  permit.envelope_hash_ = *entry.envelope_hash;
  permit.fields_ = entry.fields;
  return permit;
}

Task<Result<UnmaskPermit>> AuditLog::permit_unmask(AuditEntry entry) {
  Append one;
  one.entries.push_back(encoded(entry));
  CO_TRY(co_await append(std::move(one)));
  co_return permit_of(entry);
}

Task<Result<std::vector<UnmaskPermit>>> AuditLog::permit_unmasks(std::vector<AuditEntry> entries) {
  CO_TRY(co_await record_all(entries));
  std::vector<UnmaskPermit> permits;
  permits.reserve(entries.size());
  for (const AuditEntry& entry : entries) permits.push_back(permit_of(entry));
  co_return permits;
}

InternalUsePermit AuditLog::permit_internal_use(InternalUse use, AuditEntry& entry) const {
  entry.internal_use = internal_use_name(use);
  return InternalUsePermit(use);
}

Task<Result<void>> AuditLog::take_outbox(std::vector<EncodedEntry> entries) {
  Append moved;
  moved.entries = std::move(entries);
  moved.source = EntrySource::outbox;
  co_return co_await append(std::move(moved));
}

void AuditLog::forget_outbox(const std::vector<EntryId>& ids) {
  state_->appender->forget_outbox(ids);
}

void AuditLog::outbox_is_empty() {
  state_->appender->forget_outbox();
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

Result<std::string> AuditLog::read_signed(AccountId account, const ReadSigned& read) const {
  const std::string directory = state_->directory + "/" + state_->accounts.at(account).name;
  for (int attempt = 1;; ++attempt) {
    SignedTree::Head head;
    {
      const std::lock_guard lock(state_->mutex);
      head = state_->published[account];
    }
    if (head.checkpoint.empty()) return Error(ErrorCode::not_found, "there is no checkpoint yet");
    auto tree = SignedTree::open(state_->files, directory, std::move(head));
    auto made = tree ? read(*tree) : tree.error();
    // Two commits in the meantime have removed what was the newest.
    const bool replaced = !made && made.error().code() == ErrorCode::cancelled;
    if (!replaced) return made;
    if (attempt == read_attempts_max) return keeps_changing();
  }
}

std::string AuditLog::verifier_key(AccountId id) const {
  const AuditAccount& account = state_->accounts.at(id);
  return encode_verifier_key({origin_of(account), account.public_key});
}

std::uint64_t AuditLog::pruned(AccountId account) const {
  const std::lock_guard lock(state_->mutex);
  return state_->pruned[account];
}

Result<std::uint64_t> AuditLog::count_older(AccountId account, Instant before,
                                            std::uint64_t known) const {
  std::uint64_t size = 0;
  {
    const std::lock_guard lock(state_->mutex);
    size = state_->published[account].size;
  }
  const std::string directory = state_->directory + "/" + state_->accounts.at(account).name;
  return velum::count_older(state_->files, directory, {known, size}, before);
}

Task<Result<void>> AuditLog::prune(AuditEntry entry) {
  VELUM_CHECK(entry.count && entry.action == prune_action);
  const AccountId account = entry.account;
  const std::uint64_t count = *entry.count;
  CO_TRY(co_await record(std::move(entry)));
  const std::lock_guard lock(state_->mutex);
  std::uint64_t& wanted = state_->to_prune[account];
  wanted = std::max(wanted, count);
  co_return Result<void>();
}

// The appender is asked before the trees' sizes: what moves to a tree meanwhile is seen twice, and
// left out once.
Result<AuditPage> AuditLog::search(AccountId account, const AuditSearch& search) const {
  const std::string directory = state_->directory + "/" + state_->accounts.at(account).name;
  const AuditMatcher matcher(search.filter);
  FilterWindow filters(&state_->indexes.at(account), search.filter);
  for (int attempt = 1;; ++attempt) {
    AuditPage page;
    std::vector<JournalFrame> recent = state_->appender->search(account, search, matcher);
    std::uint64_t size = 0, pruned = 0;
    {
      const std::lock_guard lock(state_->mutex);
      size = state_->published[account].size;
      pruned = state_->pruned[account];
    }
    for (JournalFrame& frame : recent) {
      if (frame.number < size) break;
      page.next = frame.number;
      page.entries.push_back(std::move(frame.entry));
    }
    const SearchedTree tree{directory, pruned, size, filters};
    const auto taken = search_tree(state_->files, tree, search, matcher, page);
    // Two commits in the meantime have removed the bundle that was the newest.
    const bool replaced = !taken && taken.error().code() == ErrorCode::not_found;
    if (replaced && attempt < read_attempts_max) continue;
    if (replaced) return keeps_changing();
    if (!taken) return taken.error();
    if (page.next && *page.next <= pruned) page.next.reset();
    return page;
  }
}

AuditStatistics AuditLog::statistics() const {
  AuditStatistics statistics = state_->appender->statistics();
  statistics.failures = state_->failures;
  statistics.available = statistics.available && !state_->trees_are_down();
  return statistics;
}

}  // namespace velum
