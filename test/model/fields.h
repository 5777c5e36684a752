#pragma once
// Fields: of which made-up documents consist, declared ones and others.

#include <string>
#include <vector>

#include "base/ids.h"

namespace velum::model {

enum class FieldKind : unsigned char {
  word,
  email,
  number,  // A tax id.
  phone,
  count,
  flag,
  words,   // An array.
  hidden,  // An object that nobody declared.
  object,
  objects,  // An array.
};

struct Field {
  std::string name;
  FieldKind kind = FieldKind::word;
  std::vector<Field> inner = {};  // Of an object, or of each in an array of them.
};

const std::vector<Field>& fields_of(EntityId entity);

}  // namespace velum::model
