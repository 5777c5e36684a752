#pragma once
// What a log has given up: its oldest entries, in full bundles. Their hashes stay in the tiles, so
// the root that was signed, every proof, and a copy of an entry that somebody kept go on verifying.
//
// The log itself says so first: an entry PruneAuditLog, whose count is how many of the log's first
// entries are gone. A bundle that is missing without one is a log that somebody cut.
//
// The file `pruned` beside the tree has the same number, for readers. It proves nothing.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "io/file.h"

namespace velum {

constexpr std::string_view prune_action = "PruneAuditLog";

// How many of its first entries a log does not have any more: whole bundles. 0 where nothing says.
Result<std::uint64_t> read_pruned(FileSystem& files, const std::string& directory);
// Readers begin at `count` before the first bundle goes. What a crash leaves, the next call takes.
Result<void> prune_tree(FileSystem& files, const std::string& directory, std::uint64_t count);

// How many of the first entries a policy lets go: bundles of which every entry is from before
// `before`, the first `known` ones known to be, and never what is not in a full bundle. Looks at a
// few bundles: what it says is some of it, and maybe not all.
struct OlderRange {
  std::uint64_t known = 0;
  std::uint64_t size = 0;  // Of the committed tree.
};
Result<std::uint64_t> count_older(FileSystem& files, const std::string& directory,
                                  const OlderRange& range, Instant before);

// How many entries the one with this number says are gone: some before it. 0 for any other.
std::uint64_t pruned_by(std::string_view entry, std::uint64_t number);

}  // namespace velum
