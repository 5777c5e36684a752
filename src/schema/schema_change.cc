#include "schema/schema_change.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "schema/field.h"

namespace velum {
namespace {

using json::Kind;

// What `field` says of the members of an object; nullptr: nothing.
const ObjectRules* members_of(const Field* field) {
  return field != nullptr && field->kinds.has(Kind::object) ? field->children.get() : nullptr;
}

class Comparison {
 public:
  explicit Comparison(MaskStyle style) : style_(style) {}

  // What each schema says of the members of an object whose names are shown; nullptr: nothing.
  bool members(const ObjectRules* before, const ObjectRules* after) const {
    const auto find = [](const ObjectRules* rules, const Field& field) {
      return rules == nullptr ? nullptr : rules->find(field.name);
    };
    const bool shows_declared =
        after != nullptr && std::ranges::any_of(after->fields, [&](const Field& field) {
          return value(find(before, field), &field);
        });
    // What is declared no more is hidden, by the account's mask.
    return shows_declared ||
           (before != nullptr && std::ranges::any_of(before->fields, [&](const Field& field) {
              return find(after, field) == nullptr && value(&field, nullptr);
            }));
  }

 private:
  static bool shows(const Field* field, Kind kind) {
    return field != nullptr && !field->pii && field->kinds.has(kind);
  }
  static const Field* items(const Field* field) {
    return field->items ? field->items.get() : field;
  }
  MaskStyle style_of(const Field* field) const {
    return field != nullptr && field->mask ? *field->mask : style_;
  }

  // nullptr: it is not declared.
  bool value(const Field* before, const Field* after) const {
    for (const Kind kind : {Kind::boolean, Kind::number, Kind::string, Kind::array}) {
      if (shows(after, kind) && !shows(before, kind)) return true;
    }
    const bool is_text_masked = !shows(before, Kind::string);
    if (is_text_masked && style_of(before) == MaskStyle::fixed &&
        style_of(after) == MaskStyle::documented) {
      return true;
    }
    return object(before, after) || array(before, after);
  }

  bool object(const Field* before, const Field* after) const {
    const auto shows_names = [](const Field* field) {
      return shows(field, Kind::object) || members_of(field) != nullptr;
    };
    if (!shows_names(after)) return false;
    return !shows_names(before) || members(members_of(before), members_of(after));
  }

  // Of arrays that both show.
  bool array(const Field* before, const Field* after) const {
    if (!shows(after, Kind::array)) return false;
    const Field* const items_before = items(before);
    const Field* const items_after = items(after);
    // A clear array that says nothing of its items is its own item, with all that is in it.
    const bool is_endless = items_before == before && items_after == after;
    return !is_endless && value(items_before, items_after);
  }

  MaskStyle style_;
};

// Days that something is kept; `forever`: as long as its document.
constexpr std::uint32_t forever = std::numeric_limits<std::uint32_t>::max();

std::uint32_t days_kept(const Field* field, std::uint32_t around) {
  return field == nullptr || field->retention_days == 0 ? around
                                                        : std::min(around, field->retention_days);
}

bool keeps_shorter(const ObjectRules& one, const ObjectRules* other, std::uint32_t one_days,
                   std::uint32_t other_days);

// Does `one` keep anything for fewer days than `other` does? Below what only `other` declares,
// `one` keeps all as long as what is around it. `one_days`, `other_days`: what is around them.
bool keeps_shorter(const Field& one, const Field* other, std::uint32_t one_days,
                   std::uint32_t other_days) {
  one_days = days_kept(&one, one_days);
  other_days = days_kept(other, other_days);
  if (one_days < other_days) return true;
  if (one.kinds.has(Kind::array) && one.items) {
    const bool has_items = other != nullptr && other->kinds.has(Kind::array);
    const Field* const items = has_items ? other->items.get() : nullptr;
    if (keeps_shorter(*one.items, items, one_days, other_days)) return true;
  }
  const ObjectRules* const members = members_of(&one);
  return members != nullptr && keeps_shorter(*members, members_of(other), one_days, other_days);
}

bool keeps_shorter(const ObjectRules& one, const ObjectRules* other, std::uint32_t one_days,
                   std::uint32_t other_days) {
  return std::ranges::any_of(one.fields, [&](const Field& field) {
    const Field* const its = other == nullptr ? nullptr : other->find(field.name);
    return keeps_shorter(field, its, one_days, other_days);
  });
}

bool holds_clear_numbers(const Field& field) {
  const bool may_look_like_card =
      field.meaning == FieldMeaning::phone || field.meaning == FieldMeaning::tax_id;
  const bool holds_text = field.kinds.has(Kind::string) || field.kinds.has(Kind::number);
  if (may_look_like_card && holds_text && !field.pii) return true;
  if (field.items && holds_clear_numbers(*field.items)) return true;
  return field.children && std::ranges::any_of(field.children->fields, holds_clear_numbers);
}

}  // namespace

bool shows_more(const Schema& before, const Schema& after, MaskStyle style) {
  return Comparison(style).members(&before.rules(), &after.rules()) ||
         keeps_shorter(before.rules(), &after.rules(), forever, forever);
}

bool keeps_less(const Schema& before, const Schema& after) {
  return keeps_shorter(after.rules(), &before.rules(), forever, forever);
}

Result<void> check_clear_numbers(const Schema& schema) {
  const auto defaults = Schema::default_for(schema.entity());
  for (const Field& field : schema.rules().fields) {
    if (defaults->rules().find(field.name) != nullptr || !holds_clear_numbers(field)) continue;
    return Error(ErrorCode::invalid_argument,
                 "a custom field that is a phone or a document must have pii true");
  }
  return {};
}

}  // namespace velum
