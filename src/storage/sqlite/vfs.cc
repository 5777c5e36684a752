#include "storage/sqlite/vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <thread>

#include "base/ids.h"
#include "io/process.h"
#include "storage/sqlite/locks.h"
#include "storage/sqlite/log_sums.h"
#include "storage/sqlite/page_gap.h"
#include "storage/sqlite/page_sum.h"

namespace velum {

// The syncs of one file, whichever connection asks. A failed sync may have dropped what another
// connection had written and not yet synced, and a later sync that succeeds would prove nothing: so
// after one failure every sync of that file fails, and nobody acknowledges, copies or deletes what
// rests on it.
struct SyncGate {
  std::mutex mutex;
  bool failed = false;
};

struct Vfs::State {
  State(FileSystem& file_system, const Clock& wall, Random& randomness, Log& to)
      : files(file_system), clock(wall), random(randomness), log(to) {}

  FileSystem& files;
  const Clock& clock;
  Random& random;
  Log& log;
  std::string name;
  sqlite3_vfs vfs{};
  std::mutex mutex;
  std::map<std::string, std::weak_ptr<DatabaseLocks>> locks;
  std::map<std::string, SyncGate> gates;  // For as long as the database is open.
  std::map<std::string, LogSums> sums;    // Likewise.
  std::atomic<std::uint32_t> damaged_pages{0};

  SyncGate& gate_of(const std::string& path) {
    const std::lock_guard guard(mutex);
    return gates[path];
  }

  LogSums& sums_of(const std::string& path) {
    const std::lock_guard guard(mutex);
    return sums[path];
  }

  // Not each time that somebody asks for the page.
  void tell_damage(std::uint64_t page) {
    constexpr std::uint32_t told_max = 100;
    if (damaged_pages++ < told_max) log.error("page_damaged", {{"page", page}});
  }

  std::shared_ptr<DatabaseLocks> locks_of(const std::string& path) {
    const std::lock_guard guard(mutex);
    std::shared_ptr<DatabaseLocks> found = locks[path].lock();
    if (!found) {
      found = std::make_shared<DatabaseLocks>();
      locks[path] = found;
    }
    return found;
  }
};

namespace {

struct OpenFile {
  Vfs::State* vfs = nullptr;
  std::unique_ptr<File> file;
  std::shared_ptr<DatabaseLocks> locks;
  SyncGate* gate = nullptr;  // The VFS's, which outlives its files.
  LogSums* sums = nullptr;   // Likewise; of a write-ahead log only.
  std::string path;
  bool is_new = false;  // Its name is not durable until its directory was synced.
};

// What SQLite allocates for us: its own part, then a pointer to ours.
struct Handle {
  sqlite3_file base;
  OpenFile* open;
};

OpenFile& of(sqlite3_file* file) {
  return *reinterpret_cast<Handle*>(file)->open;
}
Vfs::State& of(sqlite3_vfs* vfs) {
  return *static_cast<Vfs::State*>(vfs->pAppData);
}

int code_of(const Error& error, int fallback) {
  return error.code() == ErrorCode::no_space ? SQLITE_FULL : fallback;
}

int close_file(sqlite3_file* file) {
  const std::unique_ptr<OpenFile> open(&of(file));
  if (open->locks) {
    open->locks->forget(open.get());
    open->locks->unlock(open.get(), SQLITE_LOCK_NONE);
  }
  return SQLITE_OK;
}

bool is_database(const OpenFile& open) {
  return open.locks != nullptr;
}

// Does a page of the database, or of its log, fit its checksum? SQLite also reads the database's
// first 100 bytes alone; prepare_database() has looked at what it takes from them.
bool fits(const OpenFile& open, ByteView bytes, std::uint64_t offset) {
  if (open.sums != nullptr && !open.sums->fits(offset, bytes)) {
    open.vfs->tell_damage(offset / log_frame_bytes);
    return false;
  }
  if (!is_database(open) || bytes.size() < database_page_bytes) return true;
  const std::uint64_t page = offset / database_page_bytes + 1;
  if (page_sum_fits(bytes, static_cast<std::uint32_t>(page))) return true;
  open.vfs->tell_damage(page);
  return false;
}

int read_file_at(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  const OpenFile& open = of(file);
  const std::span<std::uint8_t> memory(static_cast<std::uint8_t*>(out),
                                       static_cast<std::size_t>(size));
  const auto at = static_cast<std::uint64_t>(offset);
  const auto count = open.file->read_at(at, memory);
  if (!count) return SQLITE_IOERR_READ;
  std::memset(memory.data() + *count, 0, memory.size() - *count);
  // A page that is not all there is one of zeros to SQLite, and damage to us.
  if (!fits(open, memory, at)) return SQLITE_IOERR_DATA;
  return *count == memory.size() ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

// Clears the gap of a page of the database itself, and puts its checksum. Frames of the log stay as
// they are: SQLite's checksums cover them, and the truncating checkpoint of an erasure ends them.
Result<void> write_page(File& file, ByteView bytes, std::uint64_t offset) {
  if (bytes.size() != database_page_bytes || offset % database_page_bytes != 0) {
    return Error(ErrorCode::io, "SQLite writes whole pages only");
  }
  std::array<std::uint8_t, database_page_bytes> page{};
  std::copy(bytes.begin(), bytes.end(), page.begin());
  const PageGap gap = find_page_gap(bytes, offset);
  std::fill(page.begin() + static_cast<std::ptrdiff_t>(gap.begin),
            page.begin() + static_cast<std::ptrdiff_t>(gap.end), std::uint8_t{0});
  put_page_sum(page, static_cast<std::uint32_t>(offset / database_page_bytes + 1));
  return file.write_at(offset, page);
}

int write_file_at(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  const ByteView bytes(static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size));
  const OpenFile& open = of(file);
  const auto at = static_cast<std::uint64_t>(offset);
  if (open.sums != nullptr) open.sums->note_write(at, bytes);
  const auto written =
      is_database(open) ? write_page(*open.file, bytes, at) : open.file->write_at(at, bytes);
  return written ? SQLITE_OK : code_of(written.error(), SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  const auto done = of(file).file->truncate(static_cast<std::uint64_t>(size));
  return done ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

int sync_file(sqlite3_file* file, int) {
  OpenFile& open = of(file);
  const std::lock_guard guard(open.gate->mutex);
  if (open.gate->failed) return SQLITE_IOERR_FSYNC;
  open.gate->failed = true;
  if (!open.file->sync()) return SQLITE_IOERR_FSYNC;
  if (open.is_new) {
    if (!open.vfs->files.sync_directory(parent_directory(open.path))) return SQLITE_IOERR_DIR_FSYNC;
    open.is_new = false;
  }
  open.gate->failed = false;
  return SQLITE_OK;
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
  const auto bytes = of(file).file->size();
  if (!bytes) return SQLITE_IOERR_FSTAT;
  *size = static_cast<sqlite3_int64>(*bytes);
  return SQLITE_OK;
}

int lock_file(sqlite3_file* file, int level) {
  return of(file).locks->lock(&of(file), level) ? SQLITE_OK : SQLITE_BUSY;
}
int unlock_file(sqlite3_file* file, int level) {
  of(file).locks->unlock(&of(file), level);
  return SQLITE_OK;
}
int check_reserved(sqlite3_file* file, int* held) {
  *held = of(file).locks->is_reserved() ? 1 : 0;
  return SQLITE_OK;
}

int control_file(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file*) {
  return 4096;
}
// Overwriting a part of a sector harms no other part of it: true of disks that are in use.
int characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int map_shared(sqlite3_file* file, int index, int size, int make, volatile void** out) {
  *out =
      of(file).locks->region(static_cast<std::size_t>(index), static_cast<std::size_t>(size), make);
  return SQLITE_OK;
}

int lock_shared_memory(sqlite3_file* file, int first, int count, int flags) {
  DatabaseLocks& locks = *of(file).locks;
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    locks.unlock_range(&of(file), first, count);
    return SQLITE_OK;
  }
  const bool locked = (flags & SQLITE_SHM_SHARED) != 0
                          ? locks.lock_shared(&of(file), first, count)
                          : locks.lock_exclusive(&of(file), first, count);
  return locked ? SQLITE_OK : SQLITE_BUSY;
}

void barrier(sqlite3_file*) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

int unmap_shared(sqlite3_file* file, int) {
  of(file).locks->forget(&of(file));
  return SQLITE_OK;
}

const sqlite3_io_methods methods = {2,
                                    close_file,
                                    read_file_at,
                                    write_file_at,
                                    truncate_file,
                                    sync_file,
                                    size_of_file,
                                    lock_file,
                                    unlock_file,
                                    check_reserved,
                                    control_file,
                                    sector_size,
                                    characteristics,
                                    map_shared,
                                    lock_shared_memory,
                                    barrier,
                                    unmap_shared,
                                    nullptr,
                                    nullptr};

int open_file(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* given) {
  file->pMethods = nullptr;
  if (name == nullptr) return SQLITE_CANTOPEN;  // A temporary file: we allow them in memory only.
  Vfs::State& state = of(vfs);
  const std::string path = name;
  const auto exists = state.files.exists(path);
  if (!exists) return SQLITE_CANTOPEN;
  const bool create = (flags & SQLITE_OPEN_CREATE) != 0;
  auto opened = state.files.open(path, create ? OpenMode::create_or_open : OpenMode::read_write,
                                 FileAccess::owner);
  if (!opened) return code_of(opened.error(), SQLITE_CANTOPEN);
  auto open = std::make_unique<OpenFile>();
  open->vfs = &state;
  open->file = *std::move(opened);
  open->path = path;
  open->gate = &state.gate_of(path);
  open->is_new = !*exists;
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) open->locks = state.locks_of(path);
  if ((flags & SQLITE_OPEN_WAL) != 0) open->sums = &state.sums_of(path);
  reinterpret_cast<Handle*>(file)->open = open.release();
  file->pMethods = &methods;
  if (given != nullptr) *given = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int sync_directory) {
  Vfs::State& state = of(vfs);
  if (const auto removed = state.files.remove(name); !removed) {
    return removed.error().code() == ErrorCode::not_found ? SQLITE_IOERR_DELETE_NOENT
                                                          : SQLITE_IOERR_DELETE;
  }
  if (sync_directory == 0) return SQLITE_OK;
  return state.files.sync_directory(parent_directory(name)) ? SQLITE_OK : SQLITE_IOERR_DIR_FSYNC;
}

int access_file(sqlite3_vfs* vfs, const char* name, int, int* found) {
  const auto exists = of(vfs).files.exists(name);
  if (!exists) return SQLITE_IOERR_ACCESS;
  *found = *exists ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  const std::size_t length = std::strlen(name) + 1;
  if (length > static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::memcpy(out, name, length);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int size, char* out) {
  of(vfs).random.fill({reinterpret_cast<std::uint8_t*>(out), static_cast<std::size_t>(size)});
  return size;
}

int sleep_us(sqlite3_vfs*, int time_us) {
  std::this_thread::sleep_for(std::chrono::microseconds(time_us));
  return time_us;
}

int current_time_ms(sqlite3_vfs* vfs, sqlite3_int64* out) {
  constexpr sqlite3_int64 unix_epoch_ms = 210866760000000;  // In Julian milliseconds.
  const auto now = of(vfs).clock.now().time_since_epoch();
  *out = unix_epoch_ms + std::chrono::floor<std::chrono::milliseconds>(now).count();
  return SQLITE_OK;
}

int current_time(sqlite3_vfs* vfs, double* out) {
  sqlite3_int64 time_ms = 0;
  current_time_ms(vfs, &time_ms);
  *out = static_cast<double>(time_ms) / 86'400'000.0;
  return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

}  // namespace

Vfs::Vfs(FileSystem& files, const Clock& clock, Random& random, Log& log)
    : state_(std::make_unique<State>(files, clock, random, log)) {
  state_->name = "velum-" + Uuid::random(random).text();
  sqlite3_vfs& vfs = state_->vfs;
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(Handle);
  vfs.mxPathname = 4096;
  vfs.zName = state_->name.c_str();
  vfs.pAppData = state_.get();
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = access_file;
  vfs.xFullPathname = full_path;
  vfs.xRandomness = randomness;
  vfs.xSleep = sleep_us;
  vfs.xCurrentTime = current_time;
  vfs.xCurrentTimeInt64 = current_time_ms;
  vfs.xGetLastError = last_error;
  const int registered = sqlite3_vfs_register(&vfs, 0);
  if (registered == SQLITE_NOMEM) end_out_of_memory();  // Of SQLite's own start.
  VELUM_CHECK(registered == SQLITE_OK);
}

Vfs::~Vfs() {
  sqlite3_vfs_unregister(&state_->vfs);
}

const char* Vfs::name() const {
  return state_->vfs.zName;
}

void Vfs::know_log(const std::string& path, std::vector<std::uint64_t> sums) {
  state_->sums_of(path + "-wal").take(std::move(sums));
}

}  // namespace velum
