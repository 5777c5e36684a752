#include "schema/validate.h"

#include <algorithm>
#include <bitset>

#include "json/number.h"
#include "schema/card_data.h"
#include "schema/card_rules.h"
#include "schema/code_points.h"
#include "schema/mask.h"
#include "schema/normalise.h"

namespace velum {
namespace {

using json::Kind;
using json::Value;

Error broken(const Field& field, Literal message) {
  return Error(ErrorCode::invalid_field, message, field.name);
}

Error card_data(const Field* field) {
  static constexpr Literal message = "card numbers and security codes are not accepted";
  if (field == nullptr) return Error(ErrorCode::card_data, message);
  return Error(ErrorCode::card_data, message, field->name);
}

// What is known about where a value stands: its field, if declared, and what its name says.
struct Spot {
  const Field* field = nullptr;
  CardMember member = CardMember::none;
};

class Validator {
 public:
  explicit Validator(Completeness completeness) : completeness_(completeness) {}

  Result<void> object(const ObjectRules* rules, const Value& object) const {
    std::bitset<ObjectRules::fields_max> seen;
    for (const auto& [name, value] : object.members()) {
      Spot spot{nullptr, card_member(name)};
      const std::size_t place = rules == nullptr ? ObjectRules::none : rules->place_of(name);
      if (place != ObjectRules::none) {
        spot.field = &rules->fields[place];
        if (seen[place]) return broken(*spot.field, "a field appears twice but for case");
        seen[place] = true;
      } else {
        TRY(undeclared_name(rules, name));
      }
      TRY(this->value(spot, value));
    }
    return rules == nullptr ? Result<void>() : required(*rules, seen);
  }

 private:
  static Result<void> undeclared_name(const ObjectRules* rules, std::string_view name) {
    if (rules != nullptr && !rules->additional) {
      return Error(ErrorCode::invalid_field, "the schema allows no other fields");
    }
    return holds_card_number(name) ? Result<void>(card_data(nullptr)) : Result<void>();
  }

  Result<void> required(const ObjectRules& rules,
                        const std::bitset<ObjectRules::fields_max>& seen) const {
    if (completeness_ == Completeness::partial) return {};
    for (const std::size_t place : rules.required) {
      if (!seen[place]) return broken(rules.fields[place], "a required field is missing");
    }
    return {};
  }

  Result<void> value(const Spot& spot, const Value& value) const {
    const bool is_exempt =
        spot.field != nullptr && spot.member == CardMember::none &&
        (spot.field->meaning == FieldMeaning::phone || spot.field->meaning == FieldMeaning::tax_id);
    if (!is_exempt && holds_card_data(spot.member, value)) return card_data(spot.field);
    if (spot.field != nullptr) TRY(declared(*spot.field, value));
    if (value.is_object()) return object(children_of(spot.field, value), value);
    if (!value.is_array()) return {};
    const Spot item_spot{items_of(spot.field, value), spot.member};
    for (const Value& item : value.items()) TRY(this->value(item_spot, item));
    return {};
  }

  Result<void> declared(const Field& field, const Value& value) const {
    if (!field.kinds.has(value.kind())) {
      if (is_masked_null(field, value)) return {};
      return broken(field, value.is_null() ? Literal("a field may not be null")
                                           : Literal("a field has a value of the wrong type"));
    }
    if (is_mask(field, value)) return {};
    if (value.kind() == Kind::number && field.whole_numbers && !json::is_integer(value.text())) {
      return broken(field, "a field must be a whole number");
    }
    if (value.is_string()) TRY(declared_text(field, value.text()));
    const bool is_choice =
        !field.has_choices ||
        std::any_of(field.choices.begin(), field.choices.end(),
                    [&value](const Value& choice) { return json::equal(choice, value); });
    if (!is_choice) return broken(field, "a field has none of the values that the schema lists");
    return {};
  }

  static Result<void> declared_text(const Field& field, std::string_view text) {
    if (text.size() > field.length_max && count_code_points(text) > field.length_max) {
      return broken(field, "a field is too long");
    }
    if (field.length_min > 0 && count_code_points(text) < field.length_min) {
      return broken(field, "a field is too short");
    }
    if (field.meaning != FieldMeaning::email) return {};
    if (text.empty() && field.kinds.has(Kind::null)) return {};
    const auto normalised = normalise_value(FieldMeaning::email, text);
    return normalised ? Result<void>() : broken(field, "a field is not an e-mail address");
  }

  // A patch may send masks back; whether they are the right ones is the write-back guard's matter.
  bool is_mask(const Field& field, const Value& value) const {
    return completeness_ == Completeness::partial && field.pii && value.is_string() &&
           looks_masked(value.text());
  }
  bool is_masked_null(const Field& field, const Value& value) const {
    return completeness_ == Completeness::partial && field.pii && value.is_null() &&
           (field.kinds.has(Kind::number) || field.kinds.has(Kind::boolean));
  }

  Completeness completeness_;
};

}  // namespace

Result<void> validate_document(const ObjectRules& rules, const json::Value& document,
                               Completeness completeness) {
  if (!document.is_object()) {
    return Error(ErrorCode::invalid_argument, "a document must be a JSON object");
  }
  return Validator(completeness).object(&rules, document);
}

}  // namespace velum
