#pragma once
// SimFileSystem: a disk in memory that forgets what was not synced and fails on command.
//
// What it models: a write may be lost, kept or torn at a 512-byte boundary until its file was
// synced; creations, renames and removals may be lost, from the newest back, until a directory was
// synced; a failed sync leaves the data readable and lost at the next crash, as Linux does. Any
// thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "io/file.h"
#include "io/sim_random.h"

namespace velum {

enum class FaultSpan : std::uint8_t { once, from_then_on };

class SimFileSystem final : public FileSystem {
 public:
  SimFileSystem();
  SimFileSystem(SimFileSystem&&) noexcept = default;
  SimFileSystem& operator=(SimFileSystem&&) noexcept = default;
  SimFileSystem(const SimFileSystem&) = delete;
  SimFileSystem& operator=(const SimFileSystem&) = delete;
  ~SimFileSystem() override;

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode,
                                     FileAccess access) override;
  Result<bool> exists(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> make_directory(const std::string& path) override;
  Result<void> remove_directory(const std::string& path) override;
  Result<void> sync_directory(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& path) override;

  // Every call that changes the disk or makes a change durable has a number, from 1.
  std::uint64_t calls() const;
  // Makes call `number` fail with `code`, before it does anything (a failed sync drops what it was
  // to save). 0 clears.
  void fail_call(std::uint64_t number, FaultSpan span, ErrorCode code);
  // Makes every such call fail on paths that contain `part`, until cleared with an empty part.
  void fail_path(std::string part, ErrorCode code);

  // Syncs, of files and directories, on paths that contain `part` block until release_syncs() or a
  // crash. An empty part is in every path.
  void hang_syncs(std::string part);
  void release_syncs();
  std::size_t syncs_hanging() const;

  // The power goes: each unsynced change is kept, dropped or torn as `random` says. Files that were
  // open fail with io from now on, and their locks are gone. Returns a number that stands for what
  // was kept: of two copies of one disk, those that got the same are the same.
  std::uint64_t crash(SeededRandom& random);
  // The same with nothing unsynced kept.
  void crash_dropping_all();
  // A crash, and until power_on() every numbered call fails: for a program that still runs, and
  // would tidy up on its way out, as none does whose power is gone. power_on() clears faults too.
  void cut_power(SeededRandom& random);
  void power_on();

  // Another disk with the same on it, and the same not yet synced. Files that are open here are not
  // open there. Costs little: bytes are copied when one of the two changes them.
  SimFileSystem copy() const;
  // Hands over a copy before every call that has a number, until it is cleared with an empty one.
  // This disk stands still meanwhile, so what is known to be promised then holds of the copy, and
  // `capture` must not use it.
  using Capture = std::function<void(SimFileSystem)>;
  void capture_before_calls(Capture capture);
  // How many changes, of files and of names, a crash would take or leave.
  std::size_t unsynced_changes() const;

  // All that is on the disk under `path`, as a search would see it.
  Bytes content(const std::string& path) const;

  struct Disk;

 private:
  explicit SimFileSystem(std::shared_ptr<Disk> disk);

  std::shared_ptr<Disk> disk_;
};

}  // namespace velum
