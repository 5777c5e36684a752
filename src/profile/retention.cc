#include "profile/retention.h"

#include "json/value.h"

namespace velum {

Result<WipedText> without_expired(const Account& account, const VersionRow& version, Instant now,
                                  WipedText rendition) {
  const Schema& schema = account.schema_of(version.entity);
  const Ticks age = age_of(version, now);
  if (!schema.may_hold_expired(age)) return rendition;
  const auto parsed = json::Document::parse(view(rendition));
  if (!parsed || !parsed->root().is_object()) {
    return Error(ErrorCode::corrupt, "a stored document is not JSON");
  }
  json::Arena arena;
  const Retained retained = schema.retained(parsed->root(), age, arena);
  if (retained.removed.empty()) return rendition;
  WipedText shown;
  json::write(retained.document, shown);
  return shown;
}

}  // namespace velum
