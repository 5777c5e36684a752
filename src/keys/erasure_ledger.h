#pragma once
// ErasureLedger: which subjects were erased, for good. Tokens and times only.
//
// It lies beside the root keys and in a second place of the operator's choice, outside every set
// that can be restored, so that a restored backup never brings an erased person back. Append-only,
// chained and signed (docs/data-format.md). A head, replaced at each append, tells an older copy of
// the ledger from the newest.
//
// Any thread. append() blocks until the entry is on disk in both places; the others do not wait.

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/sensitive.h"
#include "io/file.h"
#include "keys/ledger_format.h"

namespace velum {

struct LedgerPlaces {
  std::string key_file;     // PATH: the ledger is PATH.ledger, its head PATH.ledger-head.
  std::string second_copy;  // The path of the second copy; empty for none.
};

class ErasureLedger {
 public:
  // Makes an empty one. create_key_file() calls it; nobody else makes a ledger where there was one.
  // Fails with already_exists if there is one that has entries.
  static Result<void> create(FileSystem& files, const LedgerPlaces& places, const Key256& seed);

  // Reads and verifies all of it, and takes the file for this process (locked otherwise).
  // A copy that is behind, absent or torn at its end is completed from the other, durably.
  // Fails with sealed if no copy reaches the head: the newest must be brought back first. Fails
  // with corrupt if a byte was changed, or the copies differ.
  static Result<std::unique_ptr<ErasureLedger>> open(FileSystem& files, const LedgerPlaces& places,
                                                     const Key256& seed);

  // Durable when it succeeds. After a failure every later call fails with storage_unavailable:
  // what is on disk is known again when the ledger is opened again.
  Result<void> append(const ErasureEntry& entry);

  // Was this subject's erasure begun and not yet done? Then nothing of it may be served, though it
  // may still be there. Also true after an append of it that failed: the next start may find that
  // it was begun. Asked with every request: costs nothing while no erasure is under way.
  bool is_under_way(AccountId account, Token token) const;
  // The last entry of each subject, in no order: to be carried on, or checked, at start.
  std::vector<ErasureEntry> entries() const;

 private:
  struct Copy;

  ErasureLedger(FileSystem& files, LedgerPlaces places, const Key256& seed)
      : files_(files), places_(std::move(places)), seed_(seed.clone()) {}

  Result<void> load();
  Result<std::vector<Copy>> read_copies(const LedgerHead& head);
  Result<void> complete(const std::vector<Copy>& copies, ByteView whole);
  Result<void> open_for_append();
  Result<void> save_last_entry(ByteView whole);
  Result<void> write(ByteView entry, const LedgerHead& next);
  Result<void> write_head(const LedgerHead& head);
  void note(const ErasureEntry& entry);

  FileSystem& files_;
  const LedgerPlaces places_;
  const Key256 seed_;

  std::mutex append_mutex_;  // Guards the five below.
  std::unique_ptr<File> file_;
  std::unique_ptr<File> second_file_;
  LedgerHead head_;
  std::uint64_t size_bytes_ = 0;
  bool failed_ = false;

  mutable std::shared_mutex index_mutex_;                // Guards the two below.
  std::optional<std::pair<AccountId, Token>> doubtful_;  // Of the append that failed: one at most.
  std::map<std::pair<AccountId, Token>, ErasureEntry> last_entries_;  // Of each subject.
  std::atomic<std::size_t> under_way_{0};                             // How many of them are begun.
};

}  // namespace velum
