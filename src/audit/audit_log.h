#pragma once
// AuditLog: who asked to see whom, why, and what was answered. Append-only, and the only mint of
// permits.
//
// Invariant: the record of a disclosure is on disk before the permit exists. The types enforce it:
// class P opens only against an UnmaskPermit, and only this class can make one.
//
// Threads: the appender's writes the journal; one here takes what is durable into the trees, behind
// it. Any loop may call. See docs/data-format.md for the files.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "audit/entry.h"
#include "audit/options.h"
#include "audit/search.h"
#include "audit/signed_tree.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/result.h"
#include "crypto/signature.h"
#include "io/file.h"
#include "io/task.h"
#include "keys/permits.h"

namespace velum {

// One account's log: a name, and a way to sign its checkpoints.
struct AuditAccount {
  AccountId id{};
  std::string name;
  std::string region;
  Ed25519PublicKey public_key{};
  std::function<Ed25519Signature(ByteView)> sign;
};

struct Append;

class AuditLog {
 public:
  // Opens or creates `directory`, replays what the trees have not yet taken in, and starts the
  // journal thread. Fails with corrupt if what is there does not verify. The references outlive
  // the log.
  static Result<std::unique_ptr<AuditLog>> open(FileSystem& files, const std::string& directory,
                                                std::vector<AuditAccount> accounts, Log& log,
                                                AuditOptions options = {});
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;
  // Appends what was accepted, commits and signs the trees, and ends the thread.
  ~AuditLog();

  // Makes `entry` durable, then gives the permit that it describes. Fails with audit_unavailable,
  // at the latest after append_timeout; the entry may then still be written later, which says more
  // than happened and never less.
  Task<Result<UnmaskPermit>> permit_unmask(AuditEntry entry);

  // The same for several, which become durable together.
  Task<Result<std::vector<UnmaskPermit>>> permit_unmasks(std::vector<AuditEntry> entries);

  // Leave to use class P inside the vault. `entry` records the use: a write's own, or one that the
  // caller record()s before it opens anything.
  InternalUsePermit permit_internal_use(InternalUse use, AuditEntry& entry) const;

  // Durable when it succeeds. Refusals, erasures, key events.
  Task<Result<void>> record(AuditEntry entry);
  // The same for several, which become durable together.
  Task<Result<void>> record_all(std::vector<AuditEntry> entries);

  // Moves entries that a committed write left in the outbox. Entries whose id is already in the
  // log are skipped, so moving one twice is harmless. Durable when it succeeds.
  Task<Result<void>> take_outbox(std::vector<EncodedEntry> entries);
  // The caller has deleted these from the outbox, or has seen it empty: the log may forget their
  // ids, and the journal segments that it kept for them. Any thread.
  void forget_outbox(const std::vector<EntryId>& ids);
  void outbox_is_empty();

  // The bytes for the outbox of a write.
  Bytes encode_for_outbox(const AuditEntry& entry) const;

  // Takes everything durable into the trees, commits them, and signs checkpoints. Blocks.
  Result<void> checkpoint_now();

  // The newest signed checkpoint (a C2SP signed note) of an account. not_found before the first.
  Result<std::string> checkpoint(AccountId account) const;

  // What `read` makes of the account's newest signed tree; asked again if files of it were replaced
  // meanwhile. not_found before the first checkpoint. Reads a few tiles from the page cache, on the
  // calling thread.
  using ReadSigned = std::function<Result<std::string>(SignedTree&)>;
  Result<std::string> read_signed(AccountId account, const ReadSigned& read) const;
  std::string verifier_key(AccountId account) const;  // C2SP.

  // A page of an account's entries, the newest first, those not yet under a checkpoint included.
  // Reads at most a few bundles and their index from the page cache, on the calling thread.
  Result<AuditPage> search(AccountId account, const AuditSearch& search) const;

  // How many of the account's oldest entries were pruned; and how many are from before `before`, in
  // whole bundles, the first `known` of them known to be: it looks at a few bundles a call, on the
  // calling thread.
  std::uint64_t pruned(AccountId account) const;
  Result<std::uint64_t> count_older(AccountId account, Instant before, std::uint64_t known) const;
  // Gives up the first entry.count entries: pruning.h. `entry` says so, and is under a signed
  // checkpoint before the first of them goes, on the trees' thread; if they cannot be removed, what
  // is left goes with the next ones.
  Task<Result<void>> prune(AuditEntry entry);

  AuditStatistics statistics() const;

 private:
  struct State;
  static UnmaskPermit permit_of(const AuditEntry& entry);
  EncodedEntry encoded(const AuditEntry& entry) const;
  Task<Result<void>> append(Append append);

  explicit AuditLog(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace velum
