#pragma once
// SearchIndex: a filter for each full bundle of one account's tree, in one file beside it. Derived
// data: it may be deleted, cut short or damaged at any time, and is made again. It is never synced,
// and nothing waits for it.
//
// Invariant: a filter that is served was made of the bundle that the tree has there. What is found
// in the file at first is held against the tree's own hashes, so that one that a restored or a
// rolled back tree left behind hides nothing.
//
// Threads: one extends it, any may read.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "audit/bundle_filter.h"
#include "base/result.h"
#include "io/file.h"

namespace velum {

class SearchIndex {
 public:
  // Opens nothing yet. `tree_directory` is the tree's.
  SearchIndex(FileSystem& files, std::string tree_directory)
      : files_(files), directory_(std::move(tree_directory)) {}

  // Adds filters for what the tree, committed up to `size` entries, has more than the index: a few
  // of them a call. Returns whether there are more to add.
  Result<bool> extend(std::uint64_t size);

  // Of how many bundles it has the filters.
  std::uint64_t bundles() const { return bundles_.load(std::memory_order_acquire); }
  // The filters from that bundle on, as many as fit and are there. Returns their bytes.
  std::size_t read(std::uint64_t first, std::span<std::uint8_t> out) const;

 private:
  Result<void> open(std::uint64_t size);
  Result<std::uint64_t> count_sound(std::uint64_t size) const;
  Result<void> add_one();
  Result<Bytes> filter_of(std::uint64_t bundle) const;

  FileSystem& files_;
  std::string directory_;
  std::unique_ptr<File> file_;  // Set before bundles_ is, and then never again.
  std::atomic<std::uint64_t> bundles_{0};
};

// Walks through the filters of one search, from the newest bundle to the oldest.
class FilterWindow {
 public:
  FilterWindow(const SearchIndex* index, const AuditFilter& wanted)
      : index_(index), query_(wanted) {}
  // Is no entry of the bundle what is looked for?
  bool rules_out(std::uint64_t bundle);

 private:
  const SearchIndex* index_;
  FilterQuery query_;
  Bytes window_;
  std::uint64_t first_ = 0;  // The bundle of the first filter in the window.
  std::uint64_t width_ = 4;
};

}  // namespace velum
