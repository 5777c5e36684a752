#pragma once
// Members by name, in an object of any width: small ones are walked, wide ones sorted, so that a
// hostile body costs n log n and not n squared.

#include <span>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace velum::json {

class NameIndex {
 public:
  // The members outlive the index.
  explicit NameIndex(std::span<const Member> members);

  const Member* find(std::string_view name) const;

 private:
  std::span<const Member> members_;
  std::vector<const Member*> sorted_;  // Only of a wide object.
};

bool has_duplicates(std::span<const Member> members);

// Leaves each name once, in its first place, with its last value. Returns how many are left.
std::size_t keep_last(std::span<Member> members);

}  // namespace velum::json
