#include "profile/document_merge.h"

namespace velum {

Result<MergedDocument> DocumentMerge::apply(const Schema& schema, MaskStyle style,
                                            const InternalDocument& current,
                                            const json::Value& patch) {
  const auto stored = json::Document::parse(current.text());
  if (!stored) return Error(ErrorCode::corrupt, "a stored document is not JSON");

  json::Arena arena;
  TRY_ASSIGN(const json::Value unmasked,
             schema.without_masks(style, patch, &stored->root(), arena));
  const json::Value merged = json::merge_patch(stored->root(), unmasked, arena);
  TRY(schema.validate(merged));

  MergedDocument result;
  json::write(merged, result.full);
  schema.mask_document(style, merged, result.masked);
  schema.mask_all_but(style, merged, unmasked, result.answer);
  TRY_ASSIGN(result.lookups_before, schema.lookup_values(stored->root()));
  TRY_ASSIGN(result.lookups_after, schema.lookup_values(merged));
  return result;
}

}  // namespace velum
