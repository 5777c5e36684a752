#pragma once
// Custom fields: what a store adds to an entity's default schema, as a PUT sends it: an object that
// has a property's schema for each name.
//
// They are additions. None is mandatory, indexed or unique, none has the name of a default field,
// and none says anything of the document as a whole. Each says its type, and whether it is PII and
// sensitive. At most 64 KiB.

#include <string>
#include <string_view>

#include "base/result.h"

namespace velum {

struct ExtendedSchema {
  std::string text;    // The whole schema, to be compiled. It may still fail to.
  std::string custom;  // The custom fields in one spelling: equal ones are the same bytes.
};

// Fails with invalid_json, too_large, or invalid_argument, saying which rule was broken; the
// subject is the default field, if that is what was to be changed.
Result<ExtendedSchema> extend_schema(std::string_view default_schema, std::string_view custom);

}  // namespace velum
