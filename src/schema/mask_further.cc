#include "schema/mask_further.h"

#include "schema/mask.h"

namespace velum {

using json::Kind;
using json::Value;

void FurtherMask::object(const ObjectRules* was, const ObjectRules* now, const Value& object) {
  out_.push_back('{');
  bool is_first = true;
  for (const auto& [name, value] : object.members()) {
    if (!is_first) out_.push_back(',');
    is_first = false;
    json::write_string(name, out_);
    out_.push_back(':');
    this->value(was == nullptr ? nullptr : was->find(name),
                now == nullptr ? nullptr : now->find(name), value);
  }
  out_.push_back('}');
}

void FurtherMask::value(const Field* was, const Field* now, const Value& value) {
  switch (value.kind()) {
    case Kind::null: return append(out_, "null");
    case Kind::boolean:
    case Kind::number:
      if (is_hidden(now, value)) return append(out_, "null");
      return json::write(value, out_);
    case Kind::string: return text(was, now, value);
    case Kind::array: return array(was, now, value);
    case Kind::object: {
      const ObjectRules* const rules = children_of(now, value);
      if (rules == nullptr && is_hidden(now, value)) return append(out_, "{}");
      return object(children_of(was, value), rules, value);
    }
  }
}

void FurtherMask::text(const Field* was, const Field* now, const Value& value) {
  const bool is_masked = is_hidden(was, value);
  if (!is_hidden(now, value)) return json::write(value, out_);
  WipedText mask;
  if (!is_masked) {
    append_mask(style_of(now), value.text(), mask);
  } else if (style_of(was) != MaskStyle::fixed && style_of(now) == MaskStyle::fixed) {
    append(mask, value.text().empty() ? "" : "***");
  } else {
    return json::write(value, out_);
  }
  json::write_string(view(mask), out_);
}

void FurtherMask::array(const Field* was, const Field* now, const Value& value) {
  if (is_hidden(now, value)) return append(out_, "[]");
  const Field* const items_were = items_of(was, value);
  const Field* const items_are = items_of(now, value);
  out_.push_back('[');
  bool is_first = true;
  for (const Value& item : value.items()) {
    if (!is_first) out_.push_back(',');
    is_first = false;
    this->value(items_were, items_are, item);
  }
  out_.push_back(']');
}

}  // namespace velum
