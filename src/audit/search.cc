#include "audit/search.h"

#include <algorithm>
#include <utility>

#include "audit/log_reader.h"
#include "audit/search_index.h"
#include "audit/tile_tree.h"

namespace velum {
namespace {

// So that no call keeps its loop for long: a bundle takes about half a millisecond to look at, and
// two microseconds to rule out.
constexpr std::uint64_t read_bundles_max = 20;
constexpr std::uint64_t ruled_out_max = 8192;

// The newest bundle's name says its width, so it is asked for as it was committed.
Result<std::vector<std::string>> read_checked(FileSystem& files, const SearchedTree& tree,
                                              std::uint64_t first) {
  TRY_ASSIGN(std::vector<std::string> bundle,
             read_bundles(files, tree.directory, first, std::min(first + tile_width, tree.size)));
  TRY(check_bundle(files, tree.directory, first / tile_width, bundle));
  return bundle;
}

}  // namespace

Result<void> search_tree(FileSystem& files, const SearchedTree& tree, const AuditSearch& search,
                         const AuditMatcher& matcher, AuditPage& page) {
  std::uint64_t end = std::min(tree.size, search.before.value_or(UINT64_MAX));
  std::uint64_t read = 0, ruled_out = 0;
  while (end > tree.pruned && page.entries.size() < search.limit && read < read_bundles_max &&
         ruled_out < ruled_out_max) {
    const std::uint64_t first = (end - 1) / tile_width * tile_width;
    if (tree.filters.rules_out(first / tile_width)) {
      ++ruled_out;
      end = first;
    } else {
      ++read;
      TRY_ASSIGN(std::vector<std::string> bundle, read_checked(files, tree, first));
      for (; end > first && page.entries.size() < search.limit; --end) {
        std::string& entry = bundle[static_cast<std::size_t>(end - 1 - first)];
        if (matcher.matches(entry)) page.entries.push_back(std::move(entry));
      }
    }
    page.next = end;
  }
  if (end <= tree.pruned && page.entries.size() < search.limit) page.next.reset();
  return {};
}

}  // namespace velum
