#include "schema/write_back.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "json/names.h"
#include "schema/card_rules.h"
#include "schema/mask.h"
#include "schema/redact.h"

namespace velum {
namespace {

using json::Kind;
using json::Member;
using json::Value;

constexpr MaskStyle styles[] = {MaskStyle::documented, MaskStyle::fixed};

// In either style, whatever the field's own: it may have been read before that was chosen.
bool is_text_mask(std::string_view text, std::string_view current) {
  WipedText mask;
  return std::any_of(std::begin(styles), std::end(styles), [&](MaskStyle style) {
    mask.clear();
    append_mask(style, current, mask);
    return view(mask) == text;
  });
}

bool is_array_mask(const Field* field, const Value& array, const Value& current) {
  if (is_hidden(field, current)) return array.items().empty();
  return std::any_of(std::begin(styles), std::end(styles), [&](MaskStyle style) {
    WipedText mask;
    Redactor(style, mask).value(field, current);
    const auto parsed = json::Document::parse(view(mask));
    return parsed && json::equal(parsed->root(), array);
  });
}

// Would a masked read have shown `current` as `value`, though it is not `value`?
bool is_mask_of(const Field* field, const Value& value, const Value& current) {
  switch (current.kind()) {
    case Kind::string:
      return value.is_string() && is_hidden(field, current) && value.text() != current.text() &&
             is_text_mask(value.text(), current.text());
    case Kind::boolean:
    case Kind::number: {
      // Where null is declared to be a value, it is one, and removes.
      const bool is_nullable = field != nullptr && field->kinds.has(Kind::null);
      return value.is_null() && is_hidden(field, current) && !is_nullable;
    }
    case Kind::array:
      return value.is_array() && !json::equal(value, current) &&
             is_array_mask(field, value, current);
    case Kind::null:
    case Kind::object: return false;
  }
  return false;
}

class Guard {
 public:
  explicit Guard(json::Arena& arena) : arena_(arena) {}

  Result<Value> object(const ObjectRules* rules, const Value& patch, const Value* current) {
    std::span<const Member> before;
    if (current != nullptr && current->is_object()) before = current->members();
    const json::NameIndex known(before);
    std::vector<Member> kept;
    kept.reserve(patch.members().size());
    bool changed = false;
    for (const Member& sent : patch.members()) {
      const Field* const field = rules == nullptr ? nullptr : rules->find(sent.name);
      const Member* was = known.find(sent.name);
      if (was == nullptr && field != nullptr) was = find_other_spelling(*rules, field, before);
      TRY_ASSIGN(const std::optional<Value> value, member(field, sent, was));
      const std::string_view name = was == nullptr ? sent.name : was->name;
      if (value) kept.push_back({name, *value});
      changed =
          changed || !value || name.data() != sent.name.data() || !is_same(*value, sent.value);
    }
    return changed ? arena_.object(kept) : patch;
  }

 private:
  // "birthdate" is stored as "birthDate".
  static const Member* find_other_spelling(const ObjectRules& rules, const Field* field,
                                           std::span<const Member> members) {
    const auto found = std::ranges::find_if(
        members, [&](const Member& member) { return rules.find(member.name) == field; });
    return found == members.end() ? nullptr : &*found;
  }

  static bool is_same(const Value& left, const Value& right) {
    return !left.is_object() || left.members().data() == right.members().data();
  }

  Result<std::optional<Value>> member(const Field* field, const Member& sent, const Member* was) {
    const Value& value = sent.value;
    if (was != nullptr && is_mask_of(field, value, was->value)) return std::optional<Value>();
    if (value.is_object()) {
      TRY_ASSIGN(const Value inner,
                 object(children_of(field, value), value, was == nullptr ? nullptr : &was->value));
      return std::optional<Value>(inner);
    }
    // A truncated card number is written with stars by those who truncate it.
    if (card_member(sent.name) != CardMember::card_number) TRY(refuse_masks(field, value));
    return std::optional<Value>(value);
  }

  Result<void> refuse_masks(const Field* field, const Value& value) {
    if (value.is_string() && is_hidden(field, value) && looks_masked(value.text())) {
      static constexpr Literal message = "masked text was sent as a field's value";
      if (field == nullptr) return Error(ErrorCode::masked_value, message);
      return Error(ErrorCode::masked_value, message, field->name);
    }
    if (value.is_object()) {
      TRY(object(children_of(field, value), value, nullptr));
    } else if (value.is_array()) {
      const Field* const item_field = items_of(field, value);
      for (const Value& item : value.items()) TRY(refuse_masks(item_field, item));
    }
    return {};
  }

  json::Arena& arena_;
};

}  // namespace

Result<Value> remove_masks(const ObjectRules& rules, const Value& patch, const Value* current,
                           json::Arena& arena) {
  return Guard(arena).object(&rules, patch, current);
}

}  // namespace velum
