#pragma once
// A bundle filter says of a full bundle of entries what is certainly not in it: a Bloom filter over
// the values that can be searched for, and its smallest and largest time. 4 KiB for 256 entries.
//
//   filter = "vsf1" | CRC-32C of all that follows, u32be | bundle u64be | the root of the bundle's
//            hash tile [32] | smallest time i64be | largest time i64be | bits [4032]
//
// A value is in it by some of its prefixes, so that a search for a prefix is served too.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/filter.h"
#include "base/bytes.h"
#include "crypto/merkle.h"

namespace velum {

constexpr std::size_t bundle_filter_bytes = 4096;

// Of the bundle's entries, all of them.
Bytes make_bundle_filter(std::uint64_t bundle, const std::vector<std::string>& entries);
// Of one that was pruned: it rules out everything.
Bytes make_pruned_filter(std::uint64_t bundle, const Sha256Digest& tile_root);

// Whether it is the undamaged filter of that bundle; and whether of one with those entries.
bool is_sound_filter(std::uint64_t bundle, ByteView filter);
bool is_filter_of(std::uint64_t bundle, const Sha256Digest& tile_root, ByteView filter);

// A search made ready to be held against many filters.
class FilterQuery {
 public:
  explicit FilterQuery(const AuditFilter& wanted);

  // Whether a filter can rule out anything at all.
  bool is_useful() const { return !groups_.empty() || from_ != INT64_MIN || to_ != INT64_MAX; }
  // Is no entry of that bundle what is looked for? A damaged filter says so of none.
  bool rules_out(std::uint64_t bundle, ByteView filter) const;

 private:
  using Probe = std::array<std::uint32_t, 7>;  // Bits that are all set if it is there.
  void add(std::string_view kind, const AuditFilter::AnyOf& prefixes);

  std::vector<std::vector<Probe>> groups_;  // One probe of each group must hit.
  std::int64_t from_ = INT64_MIN, to_ = INT64_MAX;
};

}  // namespace velum
