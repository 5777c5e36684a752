#pragma once
// SystemFileSystem: the disk. Linux system calls, each made once (but for EINTR and short counts).

#include <memory>
#include <string>
#include <vector>

#include "io/file.h"

namespace velum {

class SystemFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode,
                                     FileAccess access) override;
  Result<bool> exists(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> make_directory(const std::string& path) override;
  Result<void> remove_directory(const std::string& path) override;
  Result<void> sync_directory(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& path) override;
};

}  // namespace velum
