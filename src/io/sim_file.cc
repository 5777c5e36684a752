#include "io/sim_file.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "io/sim_inode.h"

namespace velum {
namespace {

struct Names {
  std::map<std::string, std::shared_ptr<SimInode>, std::less<>> files;
  std::set<std::string, std::less<>> directories{"."};
};

Error injected(ErrorCode code) {
  return {code, "an injected fault"};
}

// Each inode once, in an order that is the same in every run: a crash draws for one after the
// other.
std::vector<std::shared_ptr<SimInode>> inodes_of(const Names& names,
                                                 const std::vector<Names>& older) {
  std::set<const SimInode*> seen;
  std::vector<std::shared_ptr<SimInode>> inodes;
  const auto add = [&](const Names& some) {
    for (const auto& [name, inode] : some.files) {
      if (seen.insert(inode.get()).second) inodes.push_back(inode);
    }
  };
  add(names);
  for (const Names& some : older) add(some);
  return inodes;
}

}  // namespace

struct SimFileSystem::Disk {
  mutable std::mutex mutex;
  Names names;
  std::vector<Names> unsynced_names;  // The states before each change of names, oldest first.
  std::uint64_t generation = 0;       // Files opened in an earlier one are dead.
  std::uint64_t calls = 0;
  std::uint64_t fault_call = 0;
  FaultSpan fault_span = FaultSpan::once;
  ErrorCode fault_code = ErrorCode::io;
  std::string fault_path;
  ErrorCode fault_path_code = ErrorCode::io;
  std::optional<std::string> hanging_part;
  std::size_t syncs_hanging = 0;
  std::condition_variable released;
  Capture capture;

  // Counts a call, and fails it if that was asked for. The mutex is held.
  Result<void> admit(std::string_view path) {
    if (capture) capture(SimFileSystem(copy()));
    ++calls;
    const bool numbered = fault_call != 0 && (fault_span == FaultSpan::once ? calls == fault_call
                                                                            : calls >= fault_call);
    if (numbered) return injected(fault_code);
    if (!fault_path.empty() && path.find(fault_path) != std::string_view::npos) {
      return injected(fault_path_code);
    }
    return {};
  }
  // Blocks, without the mutex, while syncs of `path` hang.
  void wait_for_release(std::unique_lock<std::mutex>& lock, std::string_view path) {
    const std::uint64_t start = generation;
    ++syncs_hanging;
    released.wait(lock, [&] {
      return generation != start || !hanging_part ||
             path.find(*hanging_part) == std::string_view::npos;
    });
    --syncs_hanging;
  }
  void before_names_change() { unsynced_names.push_back(names); }
  // The mutex is held.
  std::shared_ptr<Disk> copy() const {
    std::map<const SimInode*, std::shared_ptr<SimInode>> copies;
    for (const auto& inode : inodes_of(names, unsynced_names)) {
      copies[inode.get()] = std::make_shared<SimInode>(*inode);
      copies[inode.get()]->locked = false;
    }
    const auto copied = [&copies](Names some) {
      for (auto& [name, inode] : some.files) inode = copies[inode.get()];
      return some;
    };
    auto disk = std::make_shared<Disk>();
    disk->names = copied(names);
    for (const Names& some : unsynced_names) disk->unsynced_names.push_back(copied(some));
    return disk;
  }
};

namespace {

class SimFile final : public File {
 public:
  SimFile(std::shared_ptr<SimFileSystem::Disk> disk, std::shared_ptr<SimInode> inode,
          std::string path)
      : disk_(std::move(disk)),
        inode_(std::move(inode)),
        path_(std::move(path)),
        generation_(disk_->generation) {}
  SimFile(const SimFile&) = delete;
  SimFile& operator=(const SimFile&) = delete;
  ~SimFile() override {
    const std::lock_guard lock(disk_->mutex);
    if (holds_lock_ && alive()) inode_->locked = false;
  }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    const std::lock_guard lock(disk_->mutex);
    if (!alive()) return dead();
    if (offset >= inode_->now.view().size()) return std::size_t{0};
    const ByteView rest = ByteView(inode_->now.view()).subspan(static_cast<std::size_t>(offset));
    const std::size_t count = std::min(out.size(), rest.size());
    std::copy_n(rest.begin(), count, out.begin());
    return count;
  }

  Result<void> write_at(std::uint64_t offset, ByteView bytes) override {
    return change({offset, Bytes(bytes.begin(), bytes.end()), false});
  }
  Result<void> truncate(std::uint64_t size_bytes) override {
    return change({size_bytes, {}, true});
  }

  Result<void> allocate(std::uint64_t size_bytes) override {
    TRY_ASSIGN(const std::uint64_t at, size());
    if (at >= size_bytes) return {};
    return change({at, Bytes(static_cast<std::size_t>(size_bytes - at)), false});
  }

  Result<void> sync() override {
    std::unique_lock lock(disk_->mutex);
    disk_->wait_for_release(lock, path_);
    if (!alive()) return dead();
    auto admitted = disk_->admit(path_);
    // The kernel marks the pages clean either way: after a failure they can be read, but no later
    // sync writes them.
    if (admitted) {
      inode_->sync();
    } else {
      inode_->unsynced.clear();
    }
    return admitted;
  }

  Result<std::uint64_t> size() const override {
    const std::lock_guard lock(disk_->mutex);
    if (!alive()) return dead();
    return std::uint64_t{inode_->now.view().size()};
  }

  Result<void> lock_exclusively() override {
    const std::lock_guard lock(disk_->mutex);
    if (!alive()) return dead();
    if (inode_->locked && !holds_lock_) {
      return Error(ErrorCode::locked, "another process holds the file", path_);
    }
    inode_->locked = true;
    holds_lock_ = true;
    return {};
  }

 private:
  Result<void> change(SimChange change) {
    const std::lock_guard lock(disk_->mutex);
    if (!alive()) return dead();
    TRY(disk_->admit(path_));
    inode_->change(std::move(change));
    return {};
  }
  bool alive() const { return generation_ == disk_->generation; }
  static Error dead() { return {ErrorCode::io, "the file was open when the power went"}; }

  std::shared_ptr<SimFileSystem::Disk> disk_;
  std::shared_ptr<SimInode> inode_;
  std::string path_;
  std::uint64_t generation_;
  bool holds_lock_ = false;
};

}  // namespace

SimFileSystem::SimFileSystem() : disk_(std::make_shared<Disk>()) {}
SimFileSystem::SimFileSystem(std::shared_ptr<Disk> disk) : disk_(std::move(disk)) {}
SimFileSystem::~SimFileSystem() = default;

Result<std::unique_ptr<File>> SimFileSystem::open(const std::string& path, OpenMode mode,
                                                  FileAccess access) {
  static_cast<void>(access);  // There is one user here.
  const std::lock_guard lock(disk_->mutex);
  auto found = disk_->names.files.find(path);
  if (found != disk_->names.files.end() && mode == OpenMode::create_new) {
    return Error(ErrorCode::already_exists, "the file exists", path);
  }
  if (found == disk_->names.files.end()) {
    if (mode == OpenMode::read || mode == OpenMode::read_write ||
        !disk_->names.directories.contains(parent_directory(path))) {
      return Error(ErrorCode::not_found, "there is no such file", path);
    }
    TRY(disk_->admit(path));
    disk_->before_names_change();
    found = disk_->names.files.emplace(path, std::make_shared<SimInode>()).first;
  }
  return std::unique_ptr<File>(std::make_unique<SimFile>(disk_, found->second, path));
}

Result<bool> SimFileSystem::exists(const std::string& path) {
  const std::lock_guard lock(disk_->mutex);
  return disk_->names.files.contains(path) || disk_->names.directories.contains(path);
}

Result<void> SimFileSystem::rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(disk_->mutex);
  Names& names = disk_->names;
  if (!names.files.contains(from) && !names.directories.contains(from)) {
    return Error(ErrorCode::not_found, "there is no such file", from);
  }
  TRY(disk_->admit(from));
  disk_->before_names_change();
  if (names.directories.erase(from) == 0) {
    names.files[to] = names.files[from];
    names.files.erase(from);
    return {};
  }
  names.directories.insert(to);
  const auto before = names.files;
  for (const auto& [name, inode] : before) {
    if (parent_directory(name) != from) continue;
    names.files[to + name.substr(from.size())] = inode;
    names.files.erase(name);
  }
  return {};
}

Result<void> SimFileSystem::remove(const std::string& path) {
  const std::lock_guard lock(disk_->mutex);
  if (!disk_->names.files.contains(path)) {
    return Error(ErrorCode::not_found, "there is no such file", path);
  }
  TRY(disk_->admit(path));
  disk_->before_names_change();
  disk_->names.files.erase(path);
  return {};
}

// Directories are durable at once: what a crash does to files is what this disk is for.
Result<void> SimFileSystem::make_directory(const std::string& path) {
  const std::lock_guard lock(disk_->mutex);
  if (disk_->names.directories.contains(path) || disk_->names.files.contains(path)) {
    return Error(ErrorCode::already_exists, "the file exists", path);
  }
  if (!disk_->names.directories.contains(parent_directory(path))) {
    return Error(ErrorCode::not_found, "there is no such file", path);
  }
  TRY(disk_->admit(path));
  disk_->before_names_change();
  disk_->names.directories.insert(path);
  return {};
}

Result<void> SimFileSystem::remove_directory(const std::string& path) {
  TRY_ASSIGN(const std::vector<std::string> inside, list(path));
  const std::lock_guard lock(disk_->mutex);
  if (!inside.empty()) return Error(ErrorCode::io, "the directory is not empty", path);
  TRY(disk_->admit(path));
  disk_->before_names_change();
  disk_->names.directories.erase(path);
  return {};
}

Result<void> SimFileSystem::sync_directory(const std::string& path) {
  std::unique_lock lock(disk_->mutex);
  disk_->wait_for_release(lock, path);
  if (!disk_->names.directories.contains(path)) {
    return Error(ErrorCode::not_found, "there is no such file", path);
  }
  TRY(disk_->admit(path));
  // One journal for all directories, as ext4 and XFS have: syncing one commits what came before.
  disk_->unsynced_names.clear();
  return {};
}

Result<std::vector<std::string>> SimFileSystem::list(const std::string& path) {
  const std::lock_guard lock(disk_->mutex);
  if (!disk_->names.directories.contains(path)) {
    return Error(ErrorCode::not_found, "there is no such file", path);
  }
  std::set<std::string> inside;
  for (const auto& [name, inode] : disk_->names.files) {
    if (parent_directory(name) == path) inside.insert(name.substr(name.rfind('/') + 1));
  }
  for (const std::string& name : disk_->names.directories) {
    if (name != path && parent_directory(name) == path) {
      inside.insert(name.substr(name.rfind('/') + 1));
    }
  }
  return std::vector<std::string>(inside.begin(), inside.end());
}

std::uint64_t SimFileSystem::calls() const {
  const std::lock_guard lock(disk_->mutex);
  return disk_->calls;
}

void SimFileSystem::fail_call(std::uint64_t number, FaultSpan span, ErrorCode code) {
  const std::lock_guard lock(disk_->mutex);
  disk_->fault_call = number;
  disk_->fault_span = span;
  disk_->fault_code = code;
}

void SimFileSystem::fail_path(std::string part, ErrorCode code) {
  const std::lock_guard lock(disk_->mutex);
  disk_->fault_path = std::move(part);
  disk_->fault_path_code = code;
}

void SimFileSystem::hang_syncs(std::string part) {
  const std::lock_guard lock(disk_->mutex);
  disk_->hanging_part = std::move(part);
}

void SimFileSystem::release_syncs() {
  const std::lock_guard lock(disk_->mutex);
  disk_->hanging_part.reset();
  disk_->released.notify_all();
}

std::size_t SimFileSystem::syncs_hanging() const {
  const std::lock_guard lock(disk_->mutex);
  return disk_->syncs_hanging;
}

std::uint64_t SimFileSystem::crash(SeededRandom& random) {
  const std::lock_guard lock(disk_->mutex);
  ++disk_->generation;
  disk_->released.notify_all();
  std::uint64_t outcome = 0;
  // Inodes first: a name that is lost below may still be reached by an older one.
  for (const auto& inode : inodes_of(disk_->names, disk_->unsynced_names)) {
    outcome = inode->crash(random, outcome);
  }
  if (!disk_->unsynced_names.empty()) {
    const std::uint64_t kept = below(random, disk_->unsynced_names.size() + 1);
    outcome = mix(outcome, kept);
    if (kept < disk_->unsynced_names.size()) {
      disk_->names = Names(disk_->unsynced_names[static_cast<std::size_t>(kept)]);
    }
    disk_->unsynced_names.clear();
  }
  return outcome;
}

void SimFileSystem::crash_dropping_all() {
  const std::lock_guard lock(disk_->mutex);
  ++disk_->generation;
  disk_->released.notify_all();
  if (!disk_->unsynced_names.empty()) {
    disk_->names = Names(disk_->unsynced_names.front());
    disk_->unsynced_names.clear();
  }
  for (const auto& [name, inode] : disk_->names.files) inode->crash_dropping_all();
}

void SimFileSystem::cut_power(SeededRandom& random) {
  fail_call(1, FaultSpan::from_then_on, ErrorCode::io);
  crash(random);
}

void SimFileSystem::power_on() {
  fail_call(0, FaultSpan::once, ErrorCode::io);
}

SimFileSystem SimFileSystem::copy() const {
  const std::lock_guard lock(disk_->mutex);
  return SimFileSystem(disk_->copy());
}

void SimFileSystem::capture_before_calls(Capture capture) {
  const std::lock_guard lock(disk_->mutex);
  disk_->capture = std::move(capture);
}

std::size_t SimFileSystem::unsynced_changes() const {
  const std::lock_guard lock(disk_->mutex);
  std::size_t changes = disk_->unsynced_names.size();
  for (const auto& inode : inodes_of(disk_->names, disk_->unsynced_names)) {
    changes += inode->unsynced.size();
  }
  return changes;
}

Bytes SimFileSystem::content(const std::string& path) const {
  const std::lock_guard lock(disk_->mutex);
  const auto found = disk_->names.files.find(path);
  return found == disk_->names.files.end() ? Bytes() : found->second->now.view();
}

}  // namespace velum
