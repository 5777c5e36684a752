#pragma once
// File and FileSystem: the only way to a disk. system_file.h is the real one, sim_file.h one in
// memory that loses what was not synced and fails on command.
//
// Calls block. No call is retried here but for EINTR: after a failed sync the kernel may have
// dropped the dirty pages, so a second sync that succeeds proves nothing.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace velum {

enum class OpenMode : std::uint8_t {
  read,            // Must exist.
  read_write,      // Must exist.
  create_or_open,  // Read and write.
  create_new,      // Fails with already_exists. Read and write.
};

enum class FileAccess : std::uint16_t { owner = 0600, owner_read = 0400, everyone_read = 0644 };

// One open file. One thread at a time, but for read_at, which any may call.
class File {
 public:
  // Reads up to out.size() bytes; fewer only at the end of the file. Returns how many.
  virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const = 0;
  // Writes all of `bytes` or fails; after a failure any part of it may be there.
  virtual Result<void> write_at(std::uint64_t offset, ByteView bytes) = 0;
  // fdatasync: what was written survives a power cut.
  virtual Result<void> sync() = 0;
  virtual Result<std::uint64_t> size() const = 0;
  virtual Result<void> truncate(std::uint64_t size_bytes) = 0;
  // Allocates and zero-fills up to size_bytes, so that later writes need no metadata.
  virtual Result<void> allocate(std::uint64_t size_bytes) = 0;
  // Takes the whole file for this process until the File ends; fails with `locked`.
  virtual Result<void> lock_exclusively() = 0;

  virtual ~File() = default;
};

// Any thread. Paths are the operator's; parents must exist.
class FileSystem {
 public:
  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode,
                                             FileAccess access) = 0;
  virtual Result<bool> exists(const std::string& path) = 0;
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> remove(const std::string& path) = 0;  // not_found if it was not there.
  virtual Result<void> make_directory(const std::string& path) = 0;    // 0700. already_exists.
  virtual Result<void> remove_directory(const std::string& path) = 0;  // Only an empty one.
  // Makes creations, renames and removals in `path` survive a power cut.
  virtual Result<void> sync_directory(const std::string& path) = 0;
  // Names (not paths) in `path`, sorted, without "." and "..".
  virtual Result<std::vector<std::string>> list(const std::string& path) = 0;

  virtual ~FileSystem() = default;
};

// The whole of a small file. Fails with too_large beyond size_max_bytes.
Result<Bytes> read_file(FileSystem& files, const std::string& path, std::size_t size_max_bytes);

// Replaces `path` atomically and durably: a crash leaves the old content or the new.
Result<void> replace_file(FileSystem& files, const std::string& path, ByteView content,
                          FileAccess access);

// Makes all that can be read of a file durable, by writing it over itself. What an earlier process
// failed to sync is shown by the kernel as if it were saved, is clean to every later sync, and is
// gone when the power goes (docs/adr/0009): so whoever goes on from such a file does this first.
Result<void> make_durable(FileSystem& files, const std::string& path);

// The directory part of `path`, "." when it has none.
std::string parent_directory(std::string_view path);

}  // namespace velum
