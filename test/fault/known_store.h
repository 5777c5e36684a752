#pragma once
// KnownStore: a store of which every right answer is known, and what a store that may have been
// damaged answers, held against that.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "test/fault/sim_node.h"

namespace velum {

enum class Fate : std::uint8_t { kept, patched, deleted, erased, expires };

struct KnownVersion {
  VersionId id;
  std::string full;
  std::string masked;
};

struct KnownPerson {
  std::string email;
  Fate fate = Fate::kept;
  RecordKey key;
  std::vector<KnownVersion> versions;  // The newest last.

  bool is_there() const { return fate != Fate::deleted && fate != Fate::erased; }
};

enum class Damage : std::uint8_t { bit, sector };

// A part of a file, up to its end, in which damage looks like what a crash tears; and what it may
// cost.
struct Tail {
  std::string path;
  Damage damage = Damage::bit;
  std::size_t begin = 0;
  std::size_t writes = 0;   // The last ones of the store.
  std::size_t entries = 0;  // The last ones of the audit log.
};

enum class Ending : std::uint8_t { clean, crash };
enum class Verdict : std::uint8_t { right, some_errors, refused };

class KnownStore {
 public:
  explicit KnownStore(Ending ending);

  const SimFileSystem& files() const { return files_; }
  const std::vector<std::string>& paths() const { return paths_; }
  // What damage to the bytes of a file before `end` may cost.
  Tail allowed(const std::string& path, Damage damage, std::size_t end) const;
  // Opens what is in `files` and asks everything. An answer that is neither right nor an error
  // fails the test, and so does "there is no such person" about somebody who is there.
  Verdict ask(SimFileSystem files, const Tail& allowed) const;

 private:
  void make_people(SimNode& node);
  KnownPerson make_person(SimNode& node, int number);
  void write_last(SimNode& node);
  void find_log_tails();
  void find_journal_tails();

  SimDisk disk_{1};
  SimFileSystem files_;
  std::vector<std::string> paths_;
  std::vector<KnownPerson> people_;    // Whose writes were the last comes last.
  std::vector<std::string> log_;       // As offline verification sees it, the oldest first.
  std::vector<std::string> searched_;  // What a search shows, the newest first.
  std::vector<Tail> tails_;
};

}  // namespace velum
