// Creating at most once, however often the same request comes. The creation itself is in
// document_write.cc.

#include "profile/document_engine.h"
#include "profile/document_merge.h"
#include "profile/document_places.h"
#include "profile/request_digests.h"

namespace velum {

Task<Result<DocumentView>> DocumentEngine::create(Caller caller, std::optional<RecordKey> owner,
                                                  std::string_view body, WriteOptions options) {
  // As in patch_once(): before the body is looked at.
  if (owner) CO_TRY(co_await require_profile(*owner));
  if (owner && !options.source_key.empty()) {
    // Also where there is no room for another one, which the commit would say first.
    const RecordKey key = new_key(caller, owner, options.source_key);
    const auto there = co_await store_.read(key, std::nullopt, Rendition::masked, clock_.now());
    if (there) co_return Error(ErrorCode::already_exists, "it has been imported before");
    if (there.error().code() != ErrorCode::not_found) co_return there.error();
  }
  if (options.idempotency_key.empty()) {
    co_return co_await create_new(caller, owner, body, options, nullptr);
  }
  const RequestDigests digests = digests_of(caller, owner, body, options);
  const PrincipalId principal = caller.decision.principal.id;
  for (bool is_first = true;; is_first = false) {
    const auto known = co_await store_.find_idempotency(caller.account->id, principal, digests.key,
                                                        clock_.passed());
    if (known && known->request_digest != digests.request) {
      co_return Error(ErrorCode::idempotency_mismatch,
                      "this Idempotency-Key came with another request before");
    }
    if (known) co_return co_await show_again(caller, *known, body, options);
    if (known.error().code() != ErrorCode::not_found) co_return known.error();

    Result<DocumentView> made = co_await create_new(caller, owner, body, options, &digests);
    // Whoever came with the same key at the same moment has made it.
    const bool lost_race = !made && made.error().code() == ErrorCode::already_exists && is_first;
    if (!lost_race) co_return made;
  }
}

// The caller has just sent the document again, so nothing of class P is needed to show it.
Task<Result<DocumentView>> DocumentEngine::show_again(const Caller& caller,
                                                      const IdempotencyRow& known,
                                                      std::string_view body, WriteOptions options) {
  const auto row = co_await store_.read(known.made, known.version, Rendition::masked, clock_.now());
  const bool is_gone = !row && row.error().code() == ErrorCode::not_found;
  if (is_gone || ledger_.is_under_way(caller.account->id, known.made.subject)) {
    // As without a key: what is being erased still holds its e-mail.
    co_return Error(ErrorCode::conflict, "another record holds a value that must be unique");
  }
  if (!row) co_return row.error();

  CO_TRY_ASSIGN(json::Document sent, json::Document::parse(body));
  const Schema& schema = caller.schema();
  DocumentView view{meta_of(*row), {}};
  view.meta.expires_at = expiry(row->version.written_at,
                                options.ttl_days ? options.ttl_days : schema.document_ttl_days());
  json::write(with_owner(sent.root(), caller.entity(), row->key.subject, sent.arena()),
              view.document);
  co_return view;
}

}  // namespace velum
