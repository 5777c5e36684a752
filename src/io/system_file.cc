#include "io/system_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "io/system_error.h"
#include "io/unique_fd.h"

namespace velum {
namespace {

// The answer of `call`, which is made again only if a signal came first.
template <typename Call>
auto uninterrupted(Call call) {
  auto answer = call();
  while (answer < 0 && errno == EINTR) answer = call();
  return answer;
}

class SystemFile final : public File {
 public:
  SystemFile(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    std::size_t done = 0;
    while (done < out.size()) {
      const auto count = uninterrupted([&] {
        return ::pread(fd_.get(), out.data() + done, out.size() - done, position(offset + done));
      });
      if (count < 0) return system_error(errno, "cannot read the file", path_);
      if (count == 0) break;
      done += static_cast<std::size_t>(count);
    }
    return done;
  }

  Result<void> write_at(std::uint64_t offset, ByteView bytes) override {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const auto count = uninterrupted([&] {
        return ::pwrite(fd_.get(), bytes.data() + done, bytes.size() - done,
                        position(offset + done));
      });
      if (count < 0) return system_error(errno, "cannot write the file", path_);
      if (count == 0) return Error(ErrorCode::io, "the file takes no more bytes", path_);
      done += static_cast<std::size_t>(count);
    }
    return {};
  }

  Result<void> sync() override {
    if (uninterrupted([&] { return ::fdatasync(fd_.get()); }) < 0) {
      return system_error(errno, "cannot sync the file", path_);
    }
    return {};
  }

  Result<std::uint64_t> size() const override {
    struct stat status {};
    if (::fstat(fd_.get(), &status) < 0) {
      return system_error(errno, "cannot ask for the file's size", path_);
    }
    return static_cast<std::uint64_t>(status.st_size);
  }

  Result<void> truncate(std::uint64_t size_bytes) override {
    if (uninterrupted([&] { return ::ftruncate(fd_.get(), position(size_bytes)); }) < 0) {
      return system_error(errno, "cannot set the file's size", path_);
    }
    return {};
  }

  Result<void> allocate(std::uint64_t size_bytes) override {
    TRY_ASSIGN(std::uint64_t end, size());
    if (end >= size_bytes) return {};
    // Keeps the size: it grows with the zeros, so it never covers extents that were not written.
    const auto reserved = uninterrupted([&] {
      return ::fallocate(fd_.get(), FALLOC_FL_KEEP_SIZE, position(end), position(size_bytes - end));
    });
    if (reserved < 0 && errno != EOPNOTSUPP) {
      return system_error(errno, "cannot allocate the file", path_);
    }
    const Bytes zeros(static_cast<std::size_t>(std::min<std::uint64_t>(size_bytes - end, 1 << 20)));
    while (end < size_bytes) {
      const auto part = std::min<std::uint64_t>(size_bytes - end, zeros.size());
      TRY(write_at(end, ByteView(zeros).first(static_cast<std::size_t>(part))));
      end += part;
    }
    return {};
  }

  Result<void> lock_exclusively() override {
    if (uninterrupted([&] { return ::flock(fd_.get(), LOCK_EX | LOCK_NB); }) == 0) return {};
    if (errno == EWOULDBLOCK) {
      return Error(ErrorCode::locked, "another process holds the lock", path_);
    }
    return system_error(errno, "cannot lock the file", path_);
  }

 private:
  static off_t position(std::uint64_t offset) { return static_cast<off_t>(offset); }

  UniqueFd fd_;
  std::string path_;
};

int open_flags(OpenMode mode) {
  switch (mode) {
    case OpenMode::read: return O_RDONLY;
    case OpenMode::read_write: return O_RDWR;
    case OpenMode::create_or_open: return O_RDWR | O_CREAT;
    case OpenMode::create_new: return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

UniqueFd open_path(const std::string& path, int flags, FileAccess access) {
  return UniqueFd(uninterrupted(
      [&] { return ::open(path.c_str(), flags | O_CLOEXEC, static_cast<mode_t>(access)); }));
}

}  // namespace

Result<std::unique_ptr<File>> SystemFileSystem::open(const std::string& path, OpenMode mode,
                                                     FileAccess access) {
  UniqueFd fd = open_path(path, open_flags(mode), access);
  if (!fd) return system_error(errno, "cannot open the file", path);
  return std::unique_ptr<File>(std::make_unique<SystemFile>(std::move(fd), path));
}

Result<bool> SystemFileSystem::exists(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  return system_error(errno, "cannot look for the file", path);
}

Result<void> SystemFileSystem::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return {};
  return system_error(errno, "cannot rename the file", from);
}

Result<void> SystemFileSystem::remove(const std::string& path) {
  if (::unlink(path.c_str()) == 0) return {};
  return system_error(errno, "cannot remove the file", path);
}

Result<void> SystemFileSystem::make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return {};
  return system_error(errno, "cannot make the directory", path);
}

Result<void> SystemFileSystem::remove_directory(const std::string& path) {
  if (::rmdir(path.c_str()) == 0) return {};
  if (errno == ENOTEMPTY || errno == EEXIST) {
    return Error(ErrorCode::io, "the directory is not empty", path);
  }
  return system_error(errno, "cannot remove the directory", path);
}

Result<void> SystemFileSystem::sync_directory(const std::string& path) {
  const UniqueFd fd = open_path(path, O_RDONLY | O_DIRECTORY, FileAccess::owner);
  if (!fd) return system_error(errno, "cannot open the directory", path);
  if (uninterrupted([&] { return ::fsync(fd.get()); }) < 0) {
    return system_error(errno, "cannot sync the directory", path);
  }
  return {};
}

Result<std::vector<std::string>> SystemFileSystem::list(const std::string& path) {
  std::error_code error;
  std::vector<std::string> names;
  auto entry = std::filesystem::directory_iterator(path, error);
  while (!error && entry != std::filesystem::directory_iterator()) {
    names.push_back(entry->path().filename().string());
    entry.increment(error);
  }
  if (error) return system_error(error.value(), "cannot list the directory", path);
  std::ranges::sort(names);
  return names;
}

}  // namespace velum
