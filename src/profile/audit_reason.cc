#include "profile/audit_reason.h"

#include <utility>

#include "profile/document_places.h"

namespace velum {

Task<Result<Sensitive>> open_audit_reason(Store& store, const Account& account, SealedReason sealed,
                                          Instant now) {
  auto found = co_await store.read(sealed.record, std::nullopt, Rendition::masked, now);
  CO_TRY_ASSIGN(const RecordRow row, std::move(found));
  Place place = place_of(account, sealed.record, sealed.entity);
  place.version = VersionId(sealed.entry.uuid());
  co_return account.vault->open_reason(masked_key_of(row), place, sealed.envelope);
}

}  // namespace velum
