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

struct MergedDocument {
  WipedText full;
  WipedText masked;
  WipedText answer;  // The members of the patch as stored now, every other one masked.
  std::vector<LookupValue> lookups_before;
  std::vector<LookupValue> lookups_after;
};

class DocumentMerge {
 public:
  // Fails as Schema::without_masks and Schema::validate do; then nothing was changed. corrupt says
  // that the stored document is not JSON.
  static Result<MergedDocument> apply(const Schema& schema, MaskStyle style,
                                      const InternalDocument& current, const json::Value& patch);
};

}  // namespace velum
