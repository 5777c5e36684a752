#include "schema/redact.h"

#include "json/names.h"
#include "schema/mask.h"

namespace velum {

using json::Kind;
using json::Value;

void Redactor::value(const Field* field, const Value& value) {
  switch (value.kind()) {
    case Kind::null: return append(out_, "null");
    case Kind::object: return write_masked_object(field, value);
    case Kind::array: return write_masked_array(field, value);
    case Kind::boolean:
    case Kind::number:
      if (is_hidden(field, value)) return append(out_, "null");
      return json::write(value, out_);
    case Kind::string:
      if (is_hidden(field, value)) return write_masked_text(field, value.text());
      return json::write_string(value.text(), out_);
  }
}

void Redactor::write_masked_text(const Field* field, std::string_view text) {
  wipe(scratch_.data(), scratch_.size());
  scratch_.clear();
  append_mask(field != nullptr && field->mask ? *field->mask : style_, text, scratch_);
  json::write_string(view(scratch_), out_);
}

void Redactor::write_masked_object(const Field* field, const Value& value) {
  const ObjectRules* const rules = children_of(field, value);
  if (rules == nullptr && is_hidden(field, value)) return append(out_, "{}");
  write_object(rules, value, nullptr, Unsent::masked);
}

void Redactor::write_masked_array(const Field* field, const Value& value) {
  if (is_hidden(field, value)) return append(out_, "[]");
  const Field* const item_field = items_of(field, value);
  out_.push_back('[');
  bool is_first = true;
  for (const Value& item : value.items()) {
    if (!is_first) out_.push_back(',');
    is_first = false;
    this->value(item_field, item);
  }
  out_.push_back(']');
}

void Redactor::write_object(const ObjectRules* rules, const Value& object, const Value* sent,
                            Unsent unsent) {
  const json::NameIndex known(sent == nullptr ? std::span<const json::Member>() : sent->members());
  out_.push_back('{');
  bool is_first = true;
  for (const auto& [name, value] : object.members()) {
    const json::Member* const sent_member = known.find(name);
    if (sent_member == nullptr && unsent == Unsent::left_out) continue;
    if (!is_first) out_.push_back(',');
    is_first = false;
    json::write_string(name, out_);
    out_.push_back(':');
    const Field* const field = rules == nullptr ? nullptr : rules->find(name);
    if (sent_member == nullptr) {
      this->value(field, value);
    } else {
      write_known(field, value, sent_member->value);
    }
  }
  out_.push_back('}');
}

// Of an object only some members may have been sent: the others are as masked as ever.
void Redactor::write_known(const Field* field, const Value& value, const Value& sent) {
  if (value.is_object() && sent.is_object()) {
    const ObjectRules* const rules = children_of(field, value);
    const bool shows_names = rules != nullptr || !is_hidden(field, value);
    return write_object(rules, value, &sent, shows_names ? Unsent::masked : Unsent::left_out);
  }
  if (!value.is_object() && json::equal(value, sent)) return json::write(value, out_);
  this->value(field, value);
}

}  // namespace velum
