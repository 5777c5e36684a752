#pragma once
// AuditSearch: a page of the entries that a filter lets by, the newest first.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/filter.h"
#include "base/result.h"
#include "io/file.h"

namespace velum {

class FilterWindow;

struct AuditSearch {
  AuditFilter filter;
  std::optional<std::uint64_t> before;  // Entries with a smaller number only.
  std::size_t limit = 20;
};

// Newest first. `next` is the `before` of the following page; empty at the log's beginning. A page
// can hold fewer than `limit`, even none, and still have a next one: a call looks at a bounded
// number of entries.
struct AuditPage {
  std::vector<std::string> entries;  // Canonical JSON.
  std::optional<std::uint64_t> next;
};

// The first `size` entries of a tree, less those that were pruned, as its files have them, and what
// rules some of them out.
struct SearchedTree {
  std::string directory;
  std::uint64_t pruned = 0;
  std::uint64_t size = 0;
  FilterWindow& filters;
};

// Adds to `page` what is asked for and says where the next page begins. Looks at a few bundles at
// most. not_found says that the tree has grown meanwhile and replaced the bundle that was the
// newest.
Result<void> search_tree(FileSystem& files, const SearchedTree& tree, const AuditSearch& search,
                         const AuditMatcher& matcher, AuditPage& page);

}  // namespace velum
