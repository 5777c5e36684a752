#include "test/model/documents.h"

#include <utility>

namespace velum::model {
namespace {

using Kind = FieldKind;

// What a document is of little use without: now and then it is missing.
bool is_usual(const std::string& field) {
  return field == "email" || field == "purpose" || field == "granted";
}

const std::vector<std::string> words{"Ana", "Bia Prado", "Rua Um",    "x",          "7",    "A-B",
                                     "",    "Otto",      "casa 12-B", "2001-12-31", "Ltda", "0"};

}  // namespace

std::string Documents::word() {
  return choices_.one_of(words);
}

std::string Documents::email(std::size_t which) {
  std::string text = "p" + std::to_string(which) + ".x@example.com";
  if (choices_.one_in(4)) text[0] = 'P';
  if (choices_.one_in(8)) text = " " + text + " ";
  return text;
}

std::string Documents::number(std::size_t which) {
  const std::string last = std::to_string(10 + which);
  return choices_.one_in(3) ? "529.982.247-" + last : "529982247" + last;
}

Value Documents::value_of(const Field& field) {
  switch (field.kind) {
    case Kind::word: return text_value(word());
    case Kind::email: return text_value(email(choices_.below(emails)));
    case Kind::number: return text_value(number(choices_.below(numbers)));
    case Kind::phone: return text_value("+55 11 9123" + std::to_string(10 + choices_.below(90)));
    case Kind::count: return number_value(static_cast<unsigned>(choices_.below(50)));
    case Kind::flag: return boolean_value(choices_.one_in(2));
    case Kind::hidden: return hidden_object();
    case Kind::object: return object_of(field.inner);
    case Kind::words:
    case Kind::objects: return list_of(field);
  }
  return {};
}

Value Documents::list_of(const Field& field) {
  Value list = array_value({});
  for (std::size_t left = choices_.below(4); left > 0; --left) {
    list.items.push_back(field.kind == Kind::words ? text_value(word()) : object_of(field.inner));
  }
  return list;
}

Value Documents::object_of(const std::vector<Field>& fields) {
  Value object = object_value();
  for (const Field& field : fields) {
    if (choices_.one_in(2)) object.members.emplace(field.name, value_of(field));
  }
  return object;
}

Value Documents::hidden_object() {
  Value pet = object_value();
  if (choices_.one_in(2)) pet.members.emplace("name", text_value(word()));
  if (choices_.one_in(2)) pet.members.emplace("age", number_value(3));
  if (choices_.one_in(2)) {
    pet.members.emplace("home", object_value({{"city", text_value(word())},
                                              {"yard", boolean_value(choices_.one_in(2))}}));
  }
  return pet;
}

Value Documents::create(EntityId entity) {
  Value body = object_value();
  for (const Field& field : fields_of(entity)) {
    const bool is_there = is_usual(field.name) ? !choices_.one_in(10) : choices_.one_in(3);
    if (is_there || (field.name == "email" && entity == EntityId::profile)) {
      body.members.emplace(field.name, value_of(field));
    }
  }
  for (const char* name : {"lastName", "homePhone", "nickname"}) {
    if (choices_.one_in(12)) body.members[name] = Value();
  }
  if (choices_.one_in(15)) spoil(entity, body);
  return body;
}

Value Documents::prospect_with_too_many() {
  Value body = create(EntityId::prospect);
  body.members["availableAddresses"] =
      array_value(std::vector<Value>(101, object_value({{"city", text_value("Natal")}})));
  return body;
}

// Refused, or nearly.
void Documents::spoil(EntityId entity, Value& body) {
  switch (choices_.below(6)) {
    case 0: body.members["alias"] = text_value("Q*******"); return;
    case 1: body.members["pet"] = object_value({{"name", text_value("Q**")}}); return;
    case 2:
      if (entity != EntityId::purchase_info) body.members["firstName"] = number_value(7);
      return;
    case 3: body.members["email"] = text_value("nobody"); return;
    case 4: body.members["email"] = Value(); return;
    default:
      if (entity == EntityId::profile) body.members["priceTable"] = Value();
      if (entity == EntityId::consent) body.members["granted"] = Value();
  }
}

void Documents::put_change(const Field& field, const Marks& marks, const Value& current,
                           Value& patch) {
  const Value* const was = current.find(field.name);
  const std::size_t dice = choices_.below(100);
  if (dice < 20 && !is_usual(field.name) && field.name != "priceTable") {
    patch.members[field.name] = Value();
  } else if (dice < 45 && was != nullptr) {
    // As somebody sends it back who has read it.
    patch.members[field.name] = masked(marks, current).members.at(field.name);
  } else if (dice < 55 && was != nullptr && was->is_object() && !was->members.empty()) {
    const auto member = std::next(was->members.begin(),
                                  static_cast<std::ptrdiff_t>(choices_.below(was->members.size())));
    patch.members[field.name] = object_value({{member->first, Value()}});
  } else {
    patch.members[field.name] = value_of(field);
  }
}

Value Documents::patch(const Marks& marks, const Value& current, Bodies bodies) {
  Value body = object_value();
  if (choices_.one_in(12)) return masked(marks, current);
  const std::vector<Field>& fields = fields_of(marks.entity);
  for (std::size_t left = choices_.below(4); left > 0; --left) {
    put_change(choices_.one_of(fields), marks, current, body);
  }
  if (bodies == Bodies::any && choices_.one_in(12)) spoil(marks.entity, body);
  return body;
}

}  // namespace velum::model
