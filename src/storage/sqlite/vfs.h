#pragma once
// Vfs: SQLite over FileSystem, so that every fault and crash of io/ reaches the store.
//
// A data directory has one process (its lock file sees to that), so SQLite's locks and its shared
// wal-index live in this process's memory, common to all connections of one Vfs. There is no -shm
// file: after a crash the first connection rebuilds the index from the log.
//
// Every page is checked when it is read: one of the database against the checksum at its end
// (page_sum.h), one of the log against what was written (log_sums.h). One that does not fit is an
// I/O error and a line in the log.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "io/file.h"

namespace velum {

class Vfs {
 public:
  // Registers itself under a name of its own. The references outlive it; it outlives every
  // connection.
  Vfs(FileSystem& files, const Clock& clock, Random& random, Log& log);
  Vfs(const Vfs&) = delete;
  Vfs& operator=(const Vfs&) = delete;
  ~Vfs();

  const char* name() const;
  // What prepare_database() found in the log of the database at `path`, before it is opened.
  void know_log(const std::string& path, std::vector<std::uint64_t> sums);

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace velum
