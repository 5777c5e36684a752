#pragma once
// The data directory's names, and its lock: one process at a time.

#include <memory>
#include <string>

#include "base/result.h"
#include "io/file.h"

namespace velum {

struct DataDirectory {
  std::string path;

  std::string database() const { return path + "/data.db"; }
  std::string commerce() const { return path + "/commerce.db"; }
  std::string audit() const { return path + "/audit"; }
  std::string configuration() const { return path + "/velum.toml"; }
  std::string lock_file() const { return path + "/lock"; }
  std::string admin_socket() const { return path + "/admin.sock"; }
  // Where init makes it, to rename it when it is whole.
  DataDirectory draft() const { return {path + ".velum-init"}; }
  // Outside: a copy of the directory without it opens nothing.
  std::string default_root_key() const { return path + ".root-key"; }
};

// "a/b/" and "a/b" name the same directory, and must name the same key file.
DataDirectory data_directory(std::string path);

// Held until the File ends. Fails with locked while another process has it, not_found without a
// data directory.
Result<std::unique_ptr<File>> lock_data_directory(FileSystem& files, const DataDirectory& data);

}  // namespace velum
