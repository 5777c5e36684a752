#include "audit/pruning.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "audit/filter.h"
#include "audit/log_reader.h"
#include "audit/tile_tree.h"

namespace velum {
namespace {

constexpr std::size_t file_size_max_bytes = 32;
// Half a millisecond each: the background's other work waits for them.
constexpr std::uint64_t bundles_a_look = 32;

std::string path_of(const std::string& directory) {
  return directory + "/pruned";
}

// Decimal, of whole bundles.
std::optional<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, count);
  if (failure != std::errc() || stop != end || count % tile_width != 0) return std::nullopt;
  return count;
}

// The digits of a member that is a number: entries are canonical JSON.
std::string_view count_in(std::string_view entry) {
  constexpr std::string_view name = "\"count\":";
  const std::size_t at = entry.find(name);
  if (at == std::string_view::npos) return {};
  const std::string_view value = entry.substr(at + name.size());
  return value.substr(0, value.find_first_not_of("0123456789"));
}

bool is_before(std::string_view entry, Instant before) {
  const auto time = parse_instant(audit_member(entry, "time"));
  return time && *time < before;
}

}  // namespace

Result<std::uint64_t> read_pruned(FileSystem& files, const std::string& directory) {
  const std::string path = path_of(directory);
  const auto content = read_file(files, path, file_size_max_bytes);
  if (!content && content.error().code() == ErrorCode::not_found) return std::uint64_t{0};
  if (!content) return content.error();
  std::string_view text = as_text(*content);
  if (!text.ends_with('\n')) return Error(ErrorCode::corrupt, "this is no number", path);
  text.remove_suffix(1);
  if (const auto count = parse_count(text)) return *count;
  return Error(ErrorCode::corrupt, "this is no number of whole bundles", path);
}

Result<void> prune_tree(FileSystem& files, const std::string& directory, std::uint64_t count) {
  VELUM_CHECK(count % tile_width == 0);
  const std::string text = std::to_string(count) + "\n";
  TRY(replace_file(files, path_of(directory), as_bytes(text), FileAccess::everyone_read));
  Result<void> all;
  for (std::uint64_t index = 0; index < count / tile_width; ++index) {
    const std::string path = directory + "/" + tile_path("entries", index, tile_width);
    const auto removed = files.remove(path);
    // Of the prune before this one.
    if (removed || removed.error().code() == ErrorCode::not_found) continue;
    all = removed;
  }
  return all;
}

Result<std::uint64_t> count_older(FileSystem& files, const std::string& directory,
                                  const OlderRange& range, Instant before) {
  std::uint64_t count = range.known;
  const std::uint64_t end = std::min(range.size, count + bundles_a_look * tile_width);
  while (count + tile_width <= end) {
    TRY_ASSIGN(const std::vector<std::string> bundle,
               read_bundles(files, directory, count, count + tile_width));
    // What has rotted is evidence, and not for a policy to remove.
    TRY(check_bundle(files, directory, count / tile_width, bundle));
    const auto is_old = [before](const std::string& entry) { return is_before(entry, before); };
    if (!std::all_of(bundle.begin(), bundle.end(), is_old)) break;
    count += tile_width;
  }
  return count;
}

std::uint64_t pruned_by(std::string_view entry, std::uint64_t number) {
  if (audit_member(entry, "action") != prune_action) return 0;
  if (audit_member(entry, "outcome") != "done") return 0;
  const std::uint64_t count = parse_count(count_in(entry)).value_or(0);
  return count <= number ? count : 0;
}

}  // namespace velum
