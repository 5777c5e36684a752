#include "schema/pii_values.h"

#include <algorithm>
#include <vector>

#include "schema/card_data.h"
#include "schema/code_points.h"
#include "schema/pii_finder.h"

namespace velum {
namespace {

using json::Kind;
using json::Value;

PiiKinds kinds_in_text(std::string_view text) {
  PiiKinds kinds;
  for (const PiiFinding& finding : find_pii(text)) kinds.add(finding.kind);
  return kinds;
}

// 4.111111111111111e15 is a card's number though its text shows none.
PiiKinds kinds_in_number(std::string_view text) {
  PiiKinds kinds = kinds_in_text(text);
  if (is_card_number(text)) kinds.add(PiiKind::card_number);
  return kinds;
}

class PiiMasking {
 public:
  explicit PiiMasking(json::Arena& arena) : arena_(arena) {}

  PiiKinds kinds() const { return kinds_; }

  Value copy_of(const Value& value) {
    switch (value.kind()) {
      case Kind::string: return string_of(value);
      case Kind::number: return number_of(value);
      case Kind::array: return array_of(value);
      case Kind::object: return object_of(value);
      default: return value;
    }
  }

 private:
  Value string_of(const Value& value) {
    const PiiKinds found = kinds_in_text(value.text());
    if (found.is_empty()) return value;
    kinds_.add(found);
    WipedText masked;
    append_pii_masked(value.text(), masked);
    return arena_.string(view(masked));
  }

  Value number_of(const Value& value) {
    if (!is_card_number(value.text())) return string_of(value);
    kinds_.add(kinds_in_number(value.text()));
    WipedText masked(value.text().begin(), value.text().end());
    std::ranges::replace_if(masked, is_ascii_alphanumeric, '*');
    return arena_.string(view(masked));
  }

  Value array_of(const Value& value) {
    std::vector<Value> items;
    items.reserve(value.items().size());
    for (const Value& item : value.items()) items.push_back(copy_of(item));
    return arena_.array(items);
  }

  Value object_of(const Value& value) {
    std::vector<json::Member> members;
    members.reserve(value.members().size());
    for (const auto& [name, member] : value.members()) {
      kinds_.add(kinds_in_text(name));
      members.push_back({name, copy_of(member)});
    }
    return arena_.object(members);
  }

  json::Arena& arena_;
  PiiKinds kinds_;
};

}  // namespace

PiiKinds pii_kinds_in(const Value& value) {
  PiiKinds kinds;
  switch (value.kind()) {
    case Kind::string: return kinds_in_text(value.text());
    case Kind::number: return kinds_in_number(value.text());
    case Kind::array:
      for (const Value& item : value.items()) kinds.add(pii_kinds_in(item));
      return kinds;
    case Kind::object:
      for (const auto& [name, member] : value.members()) {
        kinds.add(kinds_in_text(name));
        kinds.add(pii_kinds_in(member));
      }
      return kinds;
    default: return kinds;
  }
}

PiiMasked mask_pii(const Value& value, json::Arena& arena) {
  PiiMasking masking(arena);
  const Value copy = masking.copy_of(value);
  return {copy, masking.kinds()};
}

}  // namespace velum
