#include "io/file.h"

#include <algorithm>

namespace velum {
namespace {

Result<void> write_synced(FileSystem& files, const std::string& path, ByteView content,
                          FileAccess access) {
  TRY_ASSIGN(const auto file, files.open(path, OpenMode::create_new, access));
  TRY(file->write_at(0, content));
  return file->sync();
}

}  // namespace

Result<Bytes> read_file(FileSystem& files, const std::string& path, std::size_t size_max_bytes) {
  TRY_ASSIGN(const auto file, files.open(path, OpenMode::read, FileAccess::owner));
  TRY_ASSIGN(const std::uint64_t size, file->size());
  if (size > size_max_bytes) return Error(ErrorCode::too_large, "the file is too large", path);
  Bytes content(static_cast<std::size_t>(size));
  TRY_ASSIGN(const std::size_t count, file->read_at(0, content));
  content.resize(count);
  return content;
}

Result<void> replace_file(FileSystem& files, const std::string& path, ByteView content,
                          FileAccess access) {
  const std::string draft = path + ".new";
  // A crash may have left one behind, with an access that does not let us reopen it.
  if (const auto removed = files.remove(draft);
      !removed && removed.error().code() != ErrorCode::not_found) {
    return removed.error();
  }
  auto replaced = write_synced(files, draft, content, access);
  if (replaced) replaced = files.rename(draft, path);
  if (!replaced) {
    // What failed is the answer; a draft that stays is removed by the next call.
    static_cast<void>(files.remove(draft));
    return replaced;
  }
  return files.sync_directory(parent_directory(path));
}

Result<void> make_durable(FileSystem& files, const std::string& path) {
  TRY_ASSIGN(const auto file, files.open(path, OpenMode::read_write, FileAccess::owner));
  Bytes bytes(std::size_t{1} << 18);
  for (std::uint64_t at = 0;;) {
    TRY_ASSIGN(const std::size_t count, file->read_at(at, bytes));
    if (count == 0) break;
    const ByteView content = ByteView(bytes).first(count);
    // Zeros are what a file has that was allocated, and that is synced before it is used.
    if (std::ranges::any_of(content, [](std::uint8_t byte) { return byte != 0; })) {
      TRY(file->write_at(at, content));
    }
    at += count;
  }
  TRY(file->sync());
  return files.sync_directory(parent_directory(path));
}

std::string parent_directory(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  const std::size_t end = path.find_last_not_of('/', slash);
  return end == std::string_view::npos ? "/" : std::string(path.substr(0, end + 1));
}

}  // namespace velum
