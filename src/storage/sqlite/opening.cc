#include "storage/sqlite/opening.h"

#include <array>

#include "storage/sqlite/log_check.h"
#include "storage/sqlite/page_sum.h"

namespace velum {
namespace {

constexpr std::string_view database_magic{"SQLite format 3\0", 16};
constexpr std::size_t page_size_at = 16;
constexpr std::size_t reserved_bytes_at = 20;

Result<std::unique_ptr<File>> open_if_there(FileSystem& files, const std::string& path) {
  TRY_ASSIGN(const bool exists, files.exists(path));
  if (!exists) return std::unique_ptr<File>();
  return files.open(path, OpenMode::read_write, FileAccess::owner);
}

// What SQLite believes before it has read a whole page. A crash while the database was being made
// leaves no header at all, and a journal that SQLite makes an end of it with.
Result<void> check_header(const File& database, const std::string& path) {
  std::array<std::uint8_t, 100> bytes{};
  TRY_ASSIGN(const std::size_t count, database.read_at(0, bytes));
  const ByteView header(bytes);
  if (count < header.size() || as_text(header.first(database_magic.size())) != database_magic)
    return {};
  if (read_u16be(header.subspan(page_size_at)) != database_page_bytes ||
      header[reserved_bytes_at] != page_sum_bytes) {
    return Error(ErrorCode::corrupt, "the database's pages have no checksums of ours", path);
  }
  return {};
}

}  // namespace

Result<std::vector<std::uint64_t>> prepare_database(FileSystem& files, const std::string& path) {
  const std::string log_path = path + "-wal";
  TRY_ASSIGN(const auto database, open_if_there(files, path));
  TRY_ASSIGN(const auto log, open_if_there(files, log_path));
  std::uint64_t size = 0;
  if (database) {
    TRY_ASSIGN(size, database->size());
    TRY(check_header(*database, path));
  }
  if (!log) return std::vector<std::uint64_t>();
  TRY_ASSIGN(CheckedLog checked, check_log(*log, log_path, size / database_page_bytes));
  // SQLite would delete it.
  if (size == 0 && !checked.sums.empty()) {
    return Error(ErrorCode::corrupt, "there is a log without its database", path);
  }
  TRY_ASSIGN(const std::uint64_t log_size, log->size());
  if (log_size > checked.size_bytes) {
    TRY(log->truncate(checked.size_bytes));
    TRY(log->sync());
  }
  TRY(make_durable(files, log_path));
  return std::move(checked.sums);
}

}  // namespace velum
