#pragma once
// DocumentMerge: the one reader of an InternalDocument. Applies a patch to what is stored, and
// gives what is to be sealed, plus an answer that shows only what the caller has just sent.

#include <vector>

#include "base/result.h"
#include "base/sensitive.h"
#include "json/value.h"
#include "keys/vault.h"
#include "schema/schema.h"

namespace velum {

struct MergeRules {
  const Schema& schema;
  MaskStyle mask_style{};
  Token subject;
};

struct MergedDocument {
  WipedText full;
  WipedText masked;
  WipedText answer;  // The members of the patch as stored now, every other one masked.
  std::vector<LookupValue> lookups_before;
  std::vector<LookupValue> lookups_after;
};

class DocumentMerge {
 public:
  // `patch` is without_owner(). Fails as Schema::without_masks and Schema::validate do; then
  // nothing was changed. corrupt says that the stored document is not JSON.
  static Result<MergedDocument> apply(const MergeRules& rules, const InternalDocument& current,
                                      const json::Value& patch);
};

// What is one of many that hang on a profile says which one, whatever was sent: the first leaves
// that member out, however it is spelt, the second puts it in. Both live in `arena`, and refer to
// `document`.
json::Value without_owner(const json::Value& document, EntityId entity, json::Arena& arena);
json::Value with_owner(const json::Value& document, EntityId entity, Token subject,
                       json::Arena& arena);

}  // namespace velum
