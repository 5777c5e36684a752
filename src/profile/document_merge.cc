#include "profile/document_merge.h"

#include <algorithm>
#include <iterator>

#include "profile/entity_rules.h"
#include "schema/code_points.h"

namespace velum {
namespace {

constexpr std::string_view owner_member = "profileId";

// As the schema takes names.
bool is_owner_member(const json::Member& member) {
  return std::ranges::equal(member.name, owner_member, {}, ascii_lower, ascii_lower);
}

}  // namespace

json::Value without_owner(const json::Value& document, EntityId entity, json::Arena& arena) {
  const bool has_owner = belonging_of(entity) == Belonging::many_a_profile &&
                         document.is_object() &&
                         std::ranges::any_of(document.members(), is_owner_member);
  if (!has_owner) return document;
  std::vector<json::Member> members;
  std::ranges::copy_if(document.members(), std::back_inserter(members),
                       [](const json::Member& member) { return !is_owner_member(member); });
  return arena.object(members);
}

json::Value with_owner(const json::Value& document, EntityId entity, Token subject,
                       json::Arena& arena) {
  if (belonging_of(entity) != Belonging::many_a_profile) return document;
  const json::Value rest = without_owner(document, entity, arena);
  std::vector<json::Member> members(rest.members().begin(), rest.members().end());
  members.push_back({owner_member, arena.string(subject.text())});
  return arena.object(members);
}

Result<MergedDocument> DocumentMerge::apply(const MergeRules& rules,
                                            const InternalDocument& current,
                                            const json::Value& patch) {
  const Schema& schema = rules.schema;
  const MaskStyle style = rules.mask_style;
  const auto stored = json::Document::parse(current.text());
  if (!stored) return Error(ErrorCode::corrupt, "a stored document is not JSON");

  json::Arena arena;
  const json::Value before = without_owner(stored->root(), schema.entity(), arena);
  TRY_ASSIGN(const json::Value unmasked, schema.without_masks(style, patch, &before, arena));
  const json::Value changed = json::merge_patch(before, unmasked, arena);
  TRY(schema.validate(changed));
  const json::Value merged = with_owner(changed, schema.entity(), rules.subject, arena);

  MergedDocument result;
  json::write(merged, result.full);
  schema.mask_document(style, merged, result.masked);
  schema.mask_all_but(style, merged, unmasked, result.answer);
  TRY_ASSIGN(result.lookups_before, schema.lookup_values(before));
  TRY_ASSIGN(result.lookups_after, schema.lookup_values(changed));
  return result;
}

}  // namespace velum
