#pragma once
// AuditSearch: which entries a reader wants to see. A filter is a prefix; an empty one lets all by.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/file.h"

namespace velum {

struct AuditSearch {
  std::string action;
  std::string actor;                    // The actor's id or name.
  std::string id;                       // Of the record or the token.
  std::string outcome;                  // "done", "refused", "failed", "begun".
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

// `entry` is what encode() made (audit/entry.h): canonical, so a member can be found as text, and
// no value can look like one, since quotes in values are escaped.
bool matches(const AuditSearch& search, std::string_view entry);

// Adds to `page` what is asked for among the first `size` entries of the tree in `directory`, and
// says where the next page begins. Looks at a few bundles at most. not_found says that the tree has
// grown meanwhile and replaced the bundle that was the newest.
Result<void> search_tree(FileSystem& files, const std::string& directory, std::uint64_t size,
                         const AuditSearch& search, AuditPage& page);

}  // namespace velum
