#include "keys/erasure_ledger.h"

#include <algorithm>
#include <optional>

namespace velum {
namespace {

constexpr std::size_t ledger_size_max_bytes = 1ULL << 30;

std::string ledger_path(const LedgerPlaces& places) {
  return places.key_file + ".ledger";
}
std::string head_path(const LedgerPlaces& places) {
  return places.key_file + ".ledger-head";
}

Result<std::unique_ptr<File>> open_locked(FileSystem& files, const std::string& path) {
  TRY_ASSIGN(auto file, files.open(path, OpenMode::read_write, FileAccess::owner));
  TRY(file->lock_exclusively());
  return file;
}

// A ledger that is not there is an empty one: whether that is too old is the head's to say.
Result<Bytes> read_if_there(FileSystem& files, const std::string& path) {
  auto bytes = read_file(files, path, ledger_size_max_bytes);
  if (!bytes && bytes.error().code() == ErrorCode::not_found) return Bytes();
  return bytes;
}

std::size_t whole_entries_bytes(std::size_t size) {
  const std::size_t title_bytes = ledger_title().size();
  if (size < title_bytes) return 0;
  return size - (size - title_bytes) % ledger_entry_bytes;
}

}  // namespace

struct ErasureLedger::Copy {
  std::string path;
  Bytes bytes;
  Result<LedgerContent> content;

  // What of it must be the other's beginning.
  std::size_t certain_bytes() const {
    if (!content) return whole_entries_bytes(bytes.size());
    return std::min(content->size_bytes, bytes.size());
  }
};

Result<void> ErasureLedger::create(FileSystem& files, const LedgerPlaces& places,
                                   const Key256& seed) {
  const std::string path = ledger_path(places);
  TRY_ASSIGN(const Bytes present, read_if_there(files, path));
  if (present.size() > ledger_title().size()) {
    return Error(ErrorCode::already_exists, "there is an erasure ledger already: it is kept", path);
  }
  TRY(replace_file(files, path, ledger_title(), FileAccess::owner));
  return replace_file(files, head_path(places), encode_head(seed, empty_ledger_head()),
                      FileAccess::owner);
}

Result<std::unique_ptr<ErasureLedger>> ErasureLedger::open(FileSystem& files,
                                                           const LedgerPlaces& places,
                                                           const Key256& seed) {
  std::unique_ptr<ErasureLedger> ledger(new ErasureLedger(files, places, seed));
  TRY(ledger->load());
  return ledger;
}

Result<void> ErasureLedger::load() {
  // Before it is read: what another process is appending would look torn.
  auto lock = open_locked(files_, ledger_path(places_));
  if (!lock && lock.error().code() != ErrorCode::not_found) return lock.error();

  const std::string path = head_path(places_);
  const auto head_bytes = read_file(files_, path, ledger_size_max_bytes);
  if (!head_bytes && head_bytes.error().code() == ErrorCode::not_found) {
    return Error(ErrorCode::sealed, "the erasure ledger's head is not there: bring it back", path);
  }
  if (!head_bytes) return head_bytes.error();
  TRY_ASSIGN(const LedgerHead head, read_head(ed25519_public_key(seed_), *head_bytes, path));

  TRY_ASSIGN(const std::vector<Copy> copies, read_copies(head));
  const Copy* best = nullptr;
  for (const Copy& copy : copies) {
    if (!copy.content && copy.content.error().code() != ErrorCode::sealed) {
      return copy.content.error();
    }
    if (copy.content && (!best || copy.content->size_bytes > best->content->size_bytes)) {
      best = &copy;
    }
  }
  if (!best) return copies.front().content.error();

  const LedgerContent& content = *best->content;
  // Of a new ledger's lost file the title alone is left to write.
  const ByteView whole =
      best->bytes.empty() ? ledger_title() : ByteView(best->bytes).first(content.size_bytes);
  TRY(complete(copies, whole));
  if (content.head.count != head.count) TRY(write_head(content.head));
  for (const ErasureEntry& entry : content.entries) note(entry);
  head_ = content.head;
  size_bytes_ = content.size_bytes;
  lock = std::unique_ptr<File>();  // Of a file that complete() may have replaced.
  TRY(open_for_append());
  return save_last_entry(whole);
}

Result<std::vector<ErasureLedger::Copy>> ErasureLedger::read_copies(const LedgerHead& head) {
  const Ed25519PublicKey key = ed25519_public_key(seed_);
  std::vector<Copy> copies;
  for (const std::string& path : {ledger_path(places_), places_.second_copy}) {
    if (path.empty()) continue;
    TRY_ASSIGN(Bytes bytes, read_if_there(files_, path));
    auto content = read_ledger(key, bytes, head, path);
    copies.push_back({path, std::move(bytes), std::move(content)});
  }
  return copies;
}

Result<void> ErasureLedger::complete(const std::vector<Copy>& copies, ByteView whole) {
  for (const Copy& copy : copies) {
    const std::size_t certain = copy.certain_bytes();
    VELUM_CHECK(certain <= whole.size());  // What is longer was chosen, or refused.
    if (!std::ranges::equal(ByteView(copy.bytes).first(certain), whole.first(certain))) {
      return Error(ErrorCode::corrupt, "the copies of the erasure ledger differ", copy.path);
    }
    if (std::ranges::equal(copy.bytes, whole)) continue;
    TRY(replace_file(files_, copy.path, whole, FileAccess::owner));
  }
  return {};
}

Result<void> ErasureLedger::open_for_append() {
  TRY_ASSIGN(file_, open_locked(files_, ledger_path(places_)));
  TRY_ASSIGN(const std::uint64_t size, file_->size());
  if (size != size_bytes_) {
    return Error(ErrorCode::locked, "another process opened the erasure ledger at the same time",
                 ledger_path(places_));
  }
  if (places_.second_copy.empty()) return {};
  TRY_ASSIGN(second_file_, open_locked(files_, places_.second_copy));
  return {};
}

// As make_durable() does: only the last one's sync can have failed, since nothing follows such a
// one.
Result<void> ErasureLedger::save_last_entry(ByteView whole) {
  const ByteView last = whole.last(std::min(whole.size(), ledger_entry_bytes));
  for (File* file : {file_.get(), second_file_.get()}) {
    if (!file) continue;
    TRY(file->write_at(whole.size() - last.size(), last));
    TRY(file->sync());
  }
  return {};
}

Result<void> ErasureLedger::append(const ErasureEntry& entry) {
  const std::lock_guard appending(append_mutex_);
  if (failed_) {
    return Error(ErrorCode::storage_unavailable, "the erasure ledger failed: start again");
  }
  const Bytes bytes = encode_entry(seed_, head_, entry);
  const LedgerHead next = head_after(head_, bytes);
  if (auto written = write(bytes, next); !written) {
    failed_ = true;
    const std::lock_guard writing(index_mutex_);
    doubtful_.emplace(entry.account, entry.token);
    ++under_way_;
    return written;
  }
  head_ = next;
  size_bytes_ += bytes.size();
  note(entry);
  return {};
}

Result<void> ErasureLedger::write(ByteView entry, const LedgerHead& next) {
  for (File* file : {file_.get(), second_file_.get()}) {
    if (!file) continue;
    TRY(file->write_at(size_bytes_, entry));
    TRY(file->sync());
  }
  return write_head(next);
}

Result<void> ErasureLedger::write_head(const LedgerHead& head) {
  return replace_file(files_, head_path(places_), encode_head(seed_, head), FileAccess::owner);
}

void ErasureLedger::note(const ErasureEntry& entry) {
  const std::lock_guard writing(index_mutex_);
  const auto [last, is_new] = last_entries_.try_emplace({entry.account, entry.token}, entry);
  if (!is_new && last->second.step == ErasureStep::begin) --under_way_;
  if (entry.step == ErasureStep::begin) ++under_way_;
  last->second = entry;
}

bool ErasureLedger::is_under_way(AccountId account, Token token) const {
  if (under_way_ == 0) return false;
  const std::shared_lock reading(index_mutex_);
  if (doubtful_ == std::pair(account, token)) return true;
  const auto last = last_entries_.find({account, token});
  return last != last_entries_.end() && last->second.step == ErasureStep::begin;
}

std::vector<ErasureEntry> ErasureLedger::entries() const {
  const std::shared_lock reading(index_mutex_);
  std::vector<ErasureEntry> entries;
  entries.reserve(last_entries_.size());
  for (const auto& [subject, entry] : last_entries_) entries.push_back(entry);
  return entries;
}

}  // namespace velum
