#include <algorithm>

#include "json/names.h"

namespace velum::json {
namespace {

bool equal_objects(std::span<const Member> left, std::span<const Member> right) {
  if (left.size() != right.size()) return false;
  const NameIndex others(right);
  return std::all_of(left.begin(), left.end(), [&others](const Member& member) {
    const Member* const other = others.find(member.name);
    return other != nullptr && equal(member.value, other->value);
  });
}

}  // namespace

bool equal(const Value& left, const Value& right) {
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case Kind::null: return true;
    case Kind::boolean: return left.boolean() == right.boolean();
    case Kind::number:
    case Kind::string: return left.text() == right.text();
    case Kind::array:
      return std::equal(left.items().begin(), left.items().end(), right.items().begin(),
                        right.items().end(), equal);
    case Kind::object: return equal_objects(left.members(), right.members());
  }
  return false;
}

}  // namespace velum::json
