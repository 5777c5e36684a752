#include "schema/write_back.h"

#include <algorithm>
#include <array>
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

// Is a member of the object in question part of a masked read, or does that show {}?
enum class Members : std::uint8_t { shown, left_out };

// Masks of one style, or of the fixed one, which says no more than any other. To know a documented
// mask where the fixed one is chosen would tell who tries one after the other how long a value is.
class Masks {
 public:
  explicit Masks(MaskStyle style) : styles_{style, MaskStyle::fixed} {}

  // Would a masked read have shown `current` as `value`, though it is not `value`?
  bool is_mask_of(const Field* field, const Value& value, const Value& current) const;

 private:
  bool is_text_mask(const Field* field, std::string_view text, std::string_view current) const {
    return std::ranges::any_of(styles_, [&](MaskStyle style) {
      const bool has_own = style != MaskStyle::fixed && field != nullptr && field->mask;
      WipedText mask;
      append_mask(has_own ? *field->mask : style, current, mask);
      return view(mask) == text;
    });
  }

  bool is_array_mask(const Field* field, const Value& array, const Value& current) const {
    if (is_hidden(field, current)) return array.items().empty();
    return std::ranges::any_of(styles_, [&](MaskStyle style) {
      WipedText mask;
      Redactor(style, mask).value(field, current);
      const auto parsed = json::Document::parse(view(mask));
      return parsed && json::equal(parsed->root(), array);
    });
  }

  std::array<MaskStyle, 2> styles_;
};

bool Masks::is_mask_of(const Field* field, const Value& value, const Value& current) const {
  switch (current.kind()) {
    case Kind::string:
      return value.is_string() && is_hidden(field, current) && value.text() != current.text() &&
             is_text_mask(field, value.text(), current.text());
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
  Guard(MaskStyle style, json::Arena& arena) : masks_(style), arena_(arena) {}

  Result<Value> object(const ObjectRules* rules, const Value& patch, const Value* current,
                       Members members) {
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
      TRY_ASSIGN(const std::optional<Value> value, member(field, sent, was, members));
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

  // As Redactor does it.
  static Members members_of(const Field* field, const Value& object) {
    const bool are_shown = children_of(field, object) != nullptr || !is_hidden(field, object);
    return are_shown ? Members::shown : Members::left_out;
  }

  Result<std::optional<Value>> member(const Field* field, const Member& sent, const Member* was,
                                      Members members) {
    const Value& value = sent.value;
    // What no read shows as a mask, nobody can have read: to know it would make guessing pay.
    const bool may_be_mask = was != nullptr && members == Members::shown;
    if (may_be_mask && masks_.is_mask_of(field, value, was->value)) return std::optional<Value>();
    if (value.is_object()) {
      TRY_ASSIGN(const Value inner,
                 object(children_of(field, value), value, was == nullptr ? nullptr : &was->value,
                        members_of(field, value)));
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
      TRY(object(children_of(field, value), value, nullptr, members_of(field, value)));
    } else if (value.is_array()) {
      const Field* const item_field = items_of(field, value);
      for (const Value& item : value.items()) TRY(refuse_masks(item_field, item));
    }
    return {};
  }

  Masks masks_;
  json::Arena& arena_;
};

}  // namespace

Result<Value> remove_masks(const ObjectRules& rules, MaskStyle style, const Value& patch,
                           const Value* current, json::Arena& arena) {
  return Guard(style, arena).object(&rules, patch, current, Members::shown);
}

}  // namespace velum
