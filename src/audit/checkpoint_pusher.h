#pragma once
// CheckpointPusher: takes signed checkpoints to where whoever changes the audit log later does not
// reach: a file, on another machine's disk if it is any use, and the local syslog.
//
// A thread of its own writes: push() never waits. What fails is logged once, counted, and tried
// again with whatever is the newest by then; a newer checkpoint covers all that an older one did.
//
// The file has the newest of each account, one behind the other, and is replaced as a whole. It
// never goes back: a checkpoint that is older than the file's, or as old and of another tree, is of
// a log that was rolled back or rewritten. It goes to FILE.conflict, and while that account's is
// there, the one in FILE stays as it is, across restarts.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/log.h"
#include "base/result.h"
#include "io/file.h"

namespace velum {

struct PushTargets {
  std::string file;           // Empty: none. So below.
  std::string syslog_socket;  // "/dev/log"
  // Whatever else takes the newest note of an account. May be slow: then with a pusher of its own.
  std::function<Result<void>(const std::string& note)> send{};
};

struct PushStatistics {
  std::uint64_t pushed = 0;  // Checkpoints that a target took.
  std::uint64_t failures = 0;
};

class CheckpointPusher {
 public:
  // `files` and `log` outlive it.
  CheckpointPusher(FileSystem& files, Log& log, PushTargets targets);
  CheckpointPusher(const CheckpointPusher&) = delete;
  CheckpointPusher& operator=(const CheckpointPusher&) = delete;
  ~CheckpointPusher();  // Tries what waits once more.

  void push(std::string_view note);  // Any thread.
  PushStatistics statistics() const;

 private:
  using Notes = std::map<std::string, std::string, std::less<>>;  // By origin.
  // Of what a target has not taken yet. The first counts too: a log that was rolled back may have
  // grown beyond what was pushed by the time the target is there again.
  struct Unsent {
    std::string first, last;
  };
  using Waiting = std::map<std::string, Unsent, std::less<>>;

  void run();
  void deliver(Waiting& waiting, Result<void> (CheckpointPusher::*send)(const Waiting&),
               bool& is_failing);
  Result<Notes> read_notes(const std::string& path);
  Result<void> replace_notes(const std::string& path, const Notes& notes);
  Result<void> write_file(const Waiting& waiting);
  Result<void> write_syslog(const Waiting& waiting);
  Result<void> call_sender(const Waiting& waiting);

  FileSystem& files_;
  Log& log_;
  const PushTargets targets_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  Waiting news_;
  PushStatistics statistics_;
  bool ending_ = false;

  Waiting for_file_;  // The thread's own. So below.
  Waiting for_syslog_;
  Waiting for_sender_;
  bool file_fails_ = false;
  bool syslog_fails_ = false;
  bool sender_fails_ = false;
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace velum
