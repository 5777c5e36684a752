#pragma once
// Appender: numbers entries and makes them durable in the journal, what waits together with one
// sync, and keeps what is durable until the trees have it.
//
// Threads: one of its own writes and syncs; any thread may call. No call waits for the disk.

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "audit/entry.h"
#include "audit/journal.h"
#include "audit/options.h"
#include "audit/search.h"
#include "base/log.h"
#include "io/handoff.h"

namespace velum {

enum class EntrySource : std::uint8_t { caller, outbox };

struct Append {
  std::vector<EncodedEntry> entries;
  EntrySource source = EntrySource::caller;
  Resolve<Result<void>> resolve;
};

class Appender {
 public:
  // What the journal held when it was opened.
  struct Start {
    JournalEnd end;
    std::map<AccountId, std::uint64_t> next_number;
    std::unordered_map<EntryId, std::uint64_t> outbox_ids;  // Maybe in the outbox; their segments.
  };

  // `files` and `log` outlive the appender.
  Appender(FileSystem& files, const std::string& directory, Log& log, const AuditOptions& options,
           Start start);
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;
  ~Appender() { stop(); }

  // Resolved once the entries are durable. Entries of the outbox whose id the journal has are
  // skipped. Resolved with audit_unavailable if writing fails, and at once while too much waits: a
  // disk that hangs must not take the memory too.
  void submit(Append append);
  // Appends what was accepted, and ends the thread.
  void stop();

  // What is durable and not yet dropped, oldest first, without the first `skip`.
  std::vector<JournalFrame> durable(std::size_t skip) const;
  // Those of `account` that `search` asks for, newest first. `matcher` is its filter's.
  std::vector<JournalFrame> search(AccountId account, const AuditSearch& search,
                                   const AuditMatcher& matcher) const;
  // The trees have the oldest `count` on disk.
  void drop_durable(std::size_t count);

  // The outbox no longer holds these.
  void forget_outbox(const std::vector<EntryId>& ids);
  void forget_outbox();
  // Segments below this one are in the trees, and of no use to the outbox. nullopt while something
  // durable is not in the trees.
  std::optional<std::uint64_t> oldest_needed_segment() const;

  AuditStatistics statistics() const;

 private:
  void run();
  void append_all(std::vector<Append>& appends);
  std::vector<JournalFrame> number(std::vector<Append>& appends);
  void take_durable(const std::vector<Append>& appends, std::vector<JournalFrame> frames,
                    std::uint64_t from_segment);
  void tell_availability(const Result<void>& result);

  Log& log_;
  const AuditOptions options_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Append> queue_;
  std::size_t queued_entries_ = 0;
  std::vector<JournalFrame> durable_;
  std::unordered_map<EntryId, std::uint64_t> outbox_ids_;  // The segment of each.
  std::uint64_t segment_;  // With durable_: what is not there is in this one or later.
  AuditStatistics statistics_;
  bool ending_ = false;

  std::map<AccountId, std::uint64_t> next_number_;  // The thread's own.
  JournalWriter writer_;                            // Likewise.
  std::thread thread_;                              // Last: it uses all of the above.
};

}  // namespace velum
