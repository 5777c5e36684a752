#include "audit/pruning.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "audit/filter.h"
#include "audit/log_reader.h"
#include "audit/tile_tree.h"
#include "json/value.h"

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
  if (failure != std::errc() || stop != end || std::to_string(count) != text) return std::nullopt;
  return count % tile_width == 0 ? std::optional(count) : std::nullopt;
}

bool is_before(std::string_view entry, Instant before) {
  const auto time = parse_instant(audit_member(entry, "time"));
  return time && *time < before;
}

// What has rotted is evidence, and not for a policy to remove.
Result<std::vector<std::string>> read_sound(FileSystem& files, const std::string& directory,
                                            std::uint64_t first) {
  TRY_ASSIGN(std::vector<std::string> bundle,
             read_bundles(files, directory, first, first + tile_width));
  TRY(check_bundle(files, directory, first / tile_width, bundle));
  return bundle;
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
    const auto bundle = read_sound(files, directory, count);
    if (!bundle && count > range.known) break;
    if (!bundle) return bundle.error();
    const auto is_old = [before](const std::string& entry) { return is_before(entry, before); };
    if (!std::all_of(bundle->begin(), bundle->end(), is_old)) break;
    count += tile_width;
  }
  return count;
}

std::uint64_t pruned_by(std::string_view entry, std::uint64_t number) {
  if (entry.find(prune_action) == std::string_view::npos) return 0;  // Most of them.
  const auto parsed = json::Document::parse(entry);
  if (!parsed || !parsed->root().is_object()) return 0;
  const auto is = [&parsed](std::string_view name, std::string_view text) {
    const json::Value* const value = parsed->root().find(name);
    return value != nullptr && value->is_string() && value->text() == text;
  };
  const json::Value* const said = parsed->root().find("count");
  if (!is("action", prune_action) || !is("outcome", "done") || said == nullptr) return 0;
  const bool is_number = said->kind() == json::Kind::number;
  const std::uint64_t count = is_number ? parse_count(said->text()).value_or(0) : 0;
  return count <= number ? count : 0;
}

}  // namespace velum
