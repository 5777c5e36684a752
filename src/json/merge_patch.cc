#include <vector>

#include "json/names.h"

namespace velum::json {

Value merge_patch(const Value& target, const Value& patch, Arena& arena) {
  if (!patch.is_object()) return patch;
  std::span<const Member> before;
  if (target.is_object()) before = target.members();
  const NameIndex changes(patch.members());
  const NameIndex known(before);

  std::vector<Member> merged;
  merged.reserve(before.size() + patch.members().size());
  for (const Member& member : before) {
    const Member* const change = changes.find(member.name);
    if (change == nullptr) {
      merged.push_back(member);
    } else if (!change->value.is_null()) {
      merged.push_back({member.name, merge_patch(member.value, change->value, arena)});
    }
  }
  for (const Member& member : patch.members()) {
    if (member.value.is_null() || known.find(member.name) != nullptr) continue;
    merged.push_back({member.name, merge_patch(Arena::null(), member.value, arena)});
  }
  return arena.object(merged);
}

}  // namespace velum::json
