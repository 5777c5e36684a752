#include "storage/sqlite/vfs.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstddef>
#include <string>
#include <vector>

#include "io/sim_clock.h"
#include "io/sim_file.h"
#include "io/sim_random.h"

namespace velum {
namespace {

// A file as a connection has it.
class Handle {
 public:
  Handle(const Vfs& vfs, const char* path) : vfs_(sqlite3_vfs_find(vfs.name())) {
    memory_.resize(static_cast<std::size_t>(vfs_->szOsFile));
    const int flags = SQLITE_OPEN_WAL | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    EXPECT_EQ(vfs_->xOpen(vfs_, path, file(), flags, nullptr), SQLITE_OK);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { file()->pMethods->xClose(file()); }

  int write(const std::string& text) {
    return file()->pMethods->xWrite(file(), text.data(), static_cast<int>(text.size()), 0);
  }
  int sync() { return file()->pMethods->xSync(file(), SQLITE_SYNC_NORMAL); }

 private:
  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(memory_.data()); }

  sqlite3_vfs* vfs_;
  std::vector<std::max_align_t> memory_;
};

// What one connection wrote is dropped by the failed sync of another: its own must not succeed.
TEST(Vfs, AFailedSyncIsEverybodysOfThatFile) {
  SimFileSystem files;
  SimClock clock;
  SeededRandom random(1);
  NoLog log;
  const Vfs vfs(files, clock, random, log);
  Handle writer(vfs, "./data.db-wal");
  Handle checkpointer(vfs, "./data.db-wal");
  Handle other(vfs, "./other.db-wal");
  ASSERT_EQ(writer.write("first"), SQLITE_OK);
  ASSERT_EQ(writer.sync(), SQLITE_OK);
  ASSERT_EQ(writer.write("again"), SQLITE_OK);
  files.fail_call(files.calls() + 1, FaultSpan::once, ErrorCode::io);
  EXPECT_EQ(checkpointer.sync(), SQLITE_IOERR_FSYNC);
  EXPECT_EQ(writer.sync(), SQLITE_IOERR_FSYNC);
  EXPECT_EQ(writer.sync(), SQLITE_IOERR_FSYNC);
  EXPECT_EQ(other.sync(), SQLITE_OK);
  files.crash_dropping_all();
  EXPECT_EQ(as_text(files.content("./data.db-wal")), "first");
}

}  // namespace
}  // namespace velum
