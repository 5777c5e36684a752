// Promises: what the parser takes is written so that it reads back as the same tree and the same
// text, strings are UTF-8 and numbers numbers; a merge patch is RFC 7396's, here in its own words.

#include <vector>

#include "fuzz/fuzz.h"
#include "json/number.h"
#include "json/value.h"

namespace velum::json {
namespace {

std::string written(const Value& value) {
  WipedText out;
  write(value, out);
  return std::string(view(out));
}

std::size_t depth_of(const Value& value) {
  std::size_t below = 0;
  if (value.is_array()) {
    for (const Value& item : value.items()) below = std::max(below, depth_of(item));
  } else if (value.is_object()) {
    for (const Member& member : value.members()) below = std::max(below, depth_of(member.value));
  } else {
    if (value.kind() == Kind::number)
      VELUM_CHECK(is_number(value.text()) && is_finite(value.text()));
    return 0;
  }
  return below + 1;
}

void check_round_trip(std::string_view text) {
  const auto document = Document::parse(text);
  if (!document) return;
  VELUM_CHECK(depth_of(document->root()) <= ParseLimits::depth_limit);
  const std::string once = written(document->root());
  const auto again = Document::parse(once);
  VELUM_CHECK(again && equal(again->root(), document->root()));
  VELUM_CHECK(written(again->root()) == once && once.size() <= text.size() * 6);
  // A text with no name twice is the same whatever is done about names that are.
  const auto lenient = Document::parse(text, {ParseLimits::depth_limit, DuplicateNames::keep_last});
  VELUM_CHECK(lenient && written(lenient->root()) == once);
  // A text is whole: nothing may follow it, and a longer one that is JSON too is a number.
  const bool is_open = document->root().kind() == Kind::number;
  VELUM_CHECK(is_open || !Document::parse(std::string(text) + "0"));
}

// MergePatch of RFC 7396, section 2, word for word.
Value merge(Value target, const Value& patch, Arena& arena) {
  if (!patch.is_object()) return patch;
  std::vector<Member> members;
  if (target.is_object()) members.assign(target.members().begin(), target.members().end());
  for (const Member& change : patch.members()) {
    const auto known = std::find_if(members.begin(), members.end(), [&](const Member& member) {
      return member.name == change.name;
    });
    if (change.value.is_null()) {
      if (known != members.end()) members.erase(known);
    } else if (known != members.end()) {
      known->value = merge(known->value, change.value, arena);
    } else {
      members.push_back({change.name, merge(Arena::null(), change.value, arena)});
    }
  }
  return arena.object(members);
}

void check_merge(std::string_view target_text, std::string_view patch_text) {
  const auto target = Document::parse(target_text);
  const auto patch = Document::parse(patch_text);
  if (!target || !patch) return;
  Arena arena;
  const Value merged = merge_patch(target->root(), patch->root(), arena);
  VELUM_CHECK(written(merged) == written(merge(target->root(), patch->root(), arena)));
  // The same patch again changes nothing, and its members keep their places.
  VELUM_CHECK(written(merge_patch(merged, patch->root(), arena)) == written(merged));
}

}  // namespace
}  // namespace velum::json

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  std::string_view text = fuzz::text_of(data, size);
  json::check_round_trip(text);
  // A line, and what to patch it with.
  const std::string_view target = fuzz::take_part(text, "\n");
  json::check_merge(target, text);
  return 0;
}
