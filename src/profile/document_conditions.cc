#include <utility>

#include "profile/condition_check.h"
#include "profile/document_engine.h"
#include "profile/document_places.h"

namespace velum {
namespace {

Error not_json() {
  return {ErrorCode::corrupt, "a stored document is not JSON"};
}

}  // namespace

Result<std::vector<bool>> ConditionCheck::apply(const Conditions& conditions, const Schema& schema,
                                                Ticks age, const InternalDocument& document) {
  const auto stored = json::Document::parse(document.text());
  if (!stored) return not_json();
  json::Arena arena;
  return conditions.answers(schema.retained(stored->root(), age, arena).document);
}

Task<Result<std::vector<bool>>> DocumentEngine::check_conditions(Caller caller, RecordKey key,
                                                                 const Conditions& conditions) {
  if (conditions.ask_pii()) co_return co_await check_pii_conditions(caller, key, conditions);
  CO_TRY_ASSIGN(const bool is_stale, co_await has_older_masks(caller, key));
  // What is clear now is masked there still: its mask must not be taken for the value.
  if (is_stale) co_return co_await check_pii_conditions(caller, key, conditions);
  CO_TRY_ASSIGN(DocumentView shown, co_await read_masked(caller, key, std::nullopt));
  const Sensitive document(std::move(shown.document));
  const auto parsed = json::Document::parse(document.text());
  if (!parsed) co_return not_json();
  co_return conditions.answers(parsed->root());
}

Task<Result<bool>> DocumentEngine::has_older_masks(const Caller& caller, RecordKey key) {
  const Schema& schema = caller.schema();
  if (schema.revision() == Schema::first_revision) co_return false;
  auto found = co_await store_.read(key, std::nullopt, Rendition::masked, clock_.now());
  CO_TRY_ASSIGN(const RecordRow row, asked_for(caller, std::move(found)));
  co_return masked_under(*caller.account, schema, row.version) != nullptr;
}

Task<Result<std::vector<bool>>> DocumentEngine::check_pii_conditions(const Caller& caller,
                                                                     RecordKey key,
                                                                     const Conditions& conditions) {
  const Account& account = *caller.account;
  if (!account.vault->can_unmask()) co_return no_key_to_unmask();
  auto found = co_await store_.read(key, std::nullopt, Rendition::full, clock_.now());
  const auto row = asked_for(caller, std::move(found));
  if (!row) {
    if (row.error().code() == ErrorCode::not_found) {
      CO_TRY(co_await record_miss(caller, key, Asked::conditions));
    }
    co_return row.error();
  }
  AuditEntry entry = entry_for(caller, unmask_action(caller.entity(), Asked::conditions), key);
  entry.version = row->version.version;
  entry.envelope_hash = sha256(row->version.full);
  entry.fields = conditions.pii_fields();
  const InternalUsePermit permit = audit_.permit_internal_use(InternalUse::conditions, entry);
  // Nothing is written that the entry could go with, so it is on disk before anything is opened.
  CO_TRY(co_await audit_.record(std::move(entry)));
  CO_TRY_ASSIGN(const InternalDocument document,
                account.vault->open_internally(permit, full_key_of(*row), place_of(account, *row),
                                               row->version.full));
  co_return ConditionCheck::apply(conditions, account.schema_of(row->version.entity),
                                  age_of(row->version, clock_.now()), document);
}

}  // namespace velum
