#include "audit/search.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "audit/log_reader.h"
#include "audit/tile_tree.h"

namespace velum {
namespace {

constexpr std::uint64_t searched_entries_max = 20 * tile_width;

bool has_member(std::string_view entry, std::string_view name, std::string_view prefix) {
  std::string wanted = "\"";
  wanted += name;
  wanted += "\":\"";
  wanted += prefix;
  return entry.find(wanted) != std::string_view::npos;
}

bool fits(std::string_view entry, std::initializer_list<std::string_view> names,
          std::string_view prefix) {
  if (prefix.empty()) return true;
  // No member that is searched has a value that needs escaping: such a filter finds nothing.
  if (prefix.find_first_of("\"\\") != std::string_view::npos) return false;
  for (const std::string_view name : names) {
    if (has_member(entry, name, prefix)) return true;
  }
  return false;
}

// {"id":...,"kind":...,"name":...}: the only object whose members share names with the entry's.
std::string_view actor_of(std::string_view entry) {
  const std::size_t begin = entry.find("\"actor\":{");
  if (begin == std::string_view::npos) return {};
  return entry.substr(begin, entry.find('}', begin) - begin);
}

// As the tree has them: what has rotted in a bundle must not be shown as what was logged.
Result<void> check_bundle(FileSystem& files, const std::string& directory, std::uint64_t index,
                          const std::vector<std::string>& entries) {
  const std::string path = directory + "/" + tile_path("0", index, entries.size());
  TRY_ASSIGN(const Bytes tile, read_file(files, path, tile_width * sizeof(Sha256Digest)));
  std::vector<Sha256Digest> hashes;
  for (const std::string& entry : entries) hashes.push_back(merkle_leaf_hash(as_bytes(entry)));
  if (tile == encode_tile(hashes)) return {};
  return Error(ErrorCode::corrupt, "a hash tile does not fit its entries", path);
}

}  // namespace

bool matches(const AuditSearch& search, std::string_view entry) {
  return fits(entry, {"action"}, search.action) &&
         fits(actor_of(entry), {"id", "name"}, search.actor) &&
         fits(entry, {"record", "token"}, search.id) && fits(entry, {"outcome"}, search.outcome);
}

Result<void> search_tree(FileSystem& files, const std::string& directory, std::uint64_t size,
                         const AuditSearch& search, AuditPage& page) {
  std::uint64_t end = std::min(size, search.before.value_or(UINT64_MAX));
  const std::uint64_t begin = end > searched_entries_max ? end - searched_entries_max : 0;
  while (end > begin && page.entries.size() < search.limit) {
    const std::uint64_t first = (end - 1) / tile_width * tile_width;
    // The newest bundle's name says its width, so it is asked for as it was committed.
    TRY_ASSIGN(std::vector<std::string> bundle,
               read_bundles(files, directory, first, std::min(first + tile_width, size)));
    TRY(check_bundle(files, directory, first / tile_width, bundle));
    for (; end > first && page.entries.size() < search.limit; --end) {
      std::string& entry = bundle[static_cast<std::size_t>(end - 1 - first)];
      if (matches(search, entry)) page.entries.push_back(std::move(entry));
    }
    page.next = end;
  }
  if (end == 0 && page.entries.size() < search.limit) page.next.reset();
  return {};
}

}  // namespace velum
