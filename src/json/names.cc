#include "json/names.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

namespace velum::json {
namespace {

constexpr std::size_t walked_max = 32;

std::vector<const Member*> sorted(std::span<const Member> members) {
  std::vector<const Member*> result;
  result.reserve(members.size());
  for (const Member& member : members) result.push_back(&member);
  std::stable_sort(result.begin(), result.end(), [](const Member* left, const Member* right) {
    return left->name < right->name;
  });
  return result;
}

// Names that are equal set the same bit, so that most pairs need no comparison.
std::uint64_t bit_of(std::string_view name) {
  if (name.empty()) return 1;
  const auto first = static_cast<unsigned char>(name.front());
  const auto last = static_cast<unsigned char>(name.back());
  return std::uint64_t{1} << ((first + 5U * last + 11U * name.size()) & 63U);
}

bool walk_for_duplicates(std::span<const Member> members) {
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::uint64_t bit = bit_of(members[i].name);
    if ((seen & bit) != 0) {
      for (std::size_t j = 0; j < i; ++j) {
        if (members[j].name == members[i].name) return true;
      }
    }
    seen |= bit;
  }
  return false;
}

}  // namespace

NameIndex::NameIndex(std::span<const Member> members) : members_(members) {
  if (members.size() > walked_max) sorted_ = sorted(members);
}

const Member* NameIndex::find(std::string_view name) const {
  if (sorted_.empty()) {
    for (const Member& member : members_) {
      if (member.name == name) return &member;
    }
    return nullptr;
  }
  const auto found = std::lower_bound(
      sorted_.begin(), sorted_.end(), name,
      [](const Member* member, std::string_view wanted) { return member->name < wanted; });
  return found != sorted_.end() && (*found)->name == name ? *found : nullptr;
}

bool has_duplicates(std::span<const Member> members) {
  if (members.size() <= walked_max) return walk_for_duplicates(members);
  const std::vector<const Member*> order = sorted(members);
  return std::adjacent_find(order.begin(), order.end(),
                            [](const Member* left, const Member* right) {
                              return left->name == right->name;
                            }) != order.end();
}

std::size_t keep_last(std::span<Member> members) {
  if (!has_duplicates(members)) return members.size();
  std::unordered_map<std::string_view, std::size_t> places;
  for (const Member& member : members) {
    const auto [place, is_new] = places.emplace(member.name, places.size());
    members[place->second] = member;
  }
  return places.size();
}

}  // namespace velum::json
