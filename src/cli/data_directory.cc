#include "cli/data_directory.h"

namespace velum {

DataDirectory data_directory(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return {std::move(path)};
}

Result<std::unique_ptr<File>> lock_data_directory(FileSystem& files, const DataDirectory& data) {
  TRY_ASSIGN(const bool exists, files.exists(data.database()));
  if (!exists) {
    return Error(ErrorCode::not_found, "no data directory here: make one with velum init",
                 data.path);
  }
  TRY_ASSIGN(std::unique_ptr<File> file,
             files.open(data.lock_file(), OpenMode::create_or_open, FileAccess::owner));
  TRY(file->lock_exclusively());
  return file;
}

}  // namespace velum
