#pragma once
// DocumentMerge: reads an InternalDocument. Applies a patch to what is stored, and gives what is to
// be sealed, plus an answer that shows only what the caller has just sent.

#include <string>
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
  // Whose masks the masked rendition has, where that is another schema: who read it may send those
  // back too. And those before: see masked_under_before().
  const Schema* masked_under = nullptr;
  std::vector<const Schema*> masked_before = {};
  Ticks age{};  // Of the version that is current: what is not kept any more is not there.
};

struct MergedDocument {
  WipedText full;
  WipedText masked;
  WipedText answer;  // The members of the patch as stored now, every other one masked.
  std::vector<LookupValue> lookups_before;
  std::vector<LookupValue> lookups_after;
};

// Both renditions, without what is not kept any more.
struct RetainedDocument {
  WipedText full;
  WipedText masked;
  std::vector<std::string> removed;  // As Retained has it.
};

class DocumentMerge {
 public:
  // `patch` is without_owner(). Fails as Schema::without_masks and Schema::validate do; then
  // nothing was changed. corrupt says that the stored document is not JSON.
  static Result<MergedDocument> apply(const MergeRules& rules, const InternalDocument& current,
                                      const json::Value& patch);
  // The masked rendition under `schema`.
  static Result<WipedText> mask(const Schema& schema, MaskStyle style,
                                const InternalDocument& document);
  // conflict, if the clock says that values are over (`age`) of which that is in doubt (`sure_age`,
  // by Clock::passed()): a new version would be without them for good.
  static Result<void> refuse_in_doubt(const Schema& schema, const InternalDocument& document,
                                      Ticks age, Ticks sure_age);
  // What `schema` still keeps of a version of that age.
  static Result<RetainedDocument> retain(const Schema& schema, MaskStyle style,
                                         const InternalDocument& document, Ticks age);
};

// What is one of many that hang on a profile says which one, whatever was sent: the first leaves
// that member out, however it is spelt, the second puts it in. Both live in `arena`, and refer to
// `document`.
json::Value without_owner(const json::Value& document, EntityId entity, json::Arena& arena);
json::Value with_owner(const json::Value& document, EntityId entity, Token subject,
                       json::Arena& arena);

}  // namespace velum
