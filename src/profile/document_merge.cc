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

// Without the texts that are the mask that `earlier` put. Only texts: nobody means "D*******" by
// it, but an empty array or null may be meant, by who has seen what is shown now.
json::Value without_older_masks(const Schema& earlier, MaskStyle style, const json::Value& sent,
                                const json::Value& before, json::Arena& arena) {
  std::vector<json::Member> texts;
  std::ranges::copy_if(sent.members(), std::back_inserter(texts),
                       [](const json::Member& member) { return member.value.is_string(); });
  const auto left = earlier.without_masks(style, arena.object(texts), &before, arena);
  if (!left) return sent;
  const auto is_left = [&left](const json::Member& member) {
    return !member.value.is_string() ||
           std::ranges::any_of(left->members(), [&member](const json::Member& other) {
             return std::ranges::equal(member.name, other.name, {}, ascii_lower, ascii_lower);
           });
  };
  std::vector<json::Member> members;
  std::ranges::copy_if(sent.members(), std::back_inserter(members), is_left);
  return arena.object(members);
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
  const json::Value kept = schema.retained(stored->root(), rules.age, arena).document;
  const json::Value before = without_owner(kept, schema.entity(), arena);
  json::Value sent = patch;
  for (const Schema* earlier : rules.masked_before) {
    sent = without_older_masks(*earlier, style, sent, before, arena);
  }
  if (rules.masked_under != nullptr) {
    TRY_ASSIGN(sent, rules.masked_under->without_masks(style, sent, &before, arena));
  }
  TRY_ASSIGN(const json::Value unmasked, schema.without_masks(style, sent, &before, arena));
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

Result<WipedText> DocumentMerge::mask(const Schema& schema, MaskStyle style,
                                      const InternalDocument& document) {
  const auto stored = json::Document::parse(document.text());
  if (!stored) return Error(ErrorCode::corrupt, "a stored document is not JSON");
  WipedText masked;
  schema.mask_document(style, stored->root(), masked);
  return masked;
}

Result<void> DocumentMerge::refuse_in_doubt(const Schema& schema, const InternalDocument& document,
                                            Ticks age, Ticks sure_age) {
  if (age <= sure_age || !schema.may_hold_expired(age)) return {};
  const auto stored = json::Document::parse(document.text());
  if (!stored) return Error(ErrorCode::corrupt, "a stored document is not JSON");
  json::Arena arena;
  const std::size_t removed = schema.retained(stored->root(), age, arena).removed.size();
  if (removed == schema.retained(stored->root(), sure_age, arena).removed.size()) return {};
  return Error(ErrorCode::conflict,
               "the clock that says it has expired is in doubt: try again later");
}

Result<RetainedDocument> DocumentMerge::retain(const Schema& schema, MaskStyle style,
                                               const InternalDocument& document, Ticks age) {
  const auto stored = json::Document::parse(document.text());
  if (!stored) return Error(ErrorCode::corrupt, "a stored document is not JSON");
  json::Arena arena;
  Retained kept = schema.retained(stored->root(), age, arena);
  RetainedDocument result;
  json::write(kept.document, result.full);
  schema.mask_document(style, kept.document, result.masked);
  result.removed = std::move(kept.removed);
  return result;
}

}  // namespace velum
