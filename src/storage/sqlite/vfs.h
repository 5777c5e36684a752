#pragma once
// Vfs: SQLite over FileSystem, so that every fault and crash of io/ reaches the store.
//
// A data directory has one process (its lock file sees to that), so SQLite's locks and its shared
// wal-index live in this process's memory, common to all connections of one Vfs. There is no -shm
// file: after a crash the first connection rebuilds the index from the log.

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "io/file.h"

namespace velum {

class Vfs {
 public:
  // Registers itself under a name of its own. The references outlive it; it outlives every
  // connection.
  Vfs(FileSystem& files, const Clock& clock, Random& random);
  Vfs(const Vfs&) = delete;
  Vfs& operator=(const Vfs&) = delete;
  ~Vfs();

  const char* name() const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace velum
