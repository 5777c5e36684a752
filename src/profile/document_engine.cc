// What every operation needs: finding the record, and the audit entry. The operations themselves
// are in document_read.cc and document_write.cc.

#include "profile/document_engine.h"

#include "profile/document_places.h"

namespace velum {

Task<Result<RecordKey>> DocumentEngine::resolve(const Caller& caller, std::string_view id) {
  const auto token = Token::parse(id);
  // A malformed id and an unknown one must look alike.
  if (!token) co_return no_such_record();
  if (ledger_.is_under_way(caller.account->id, *token)) co_return no_such_record();
  co_return own_record(caller.account->id, *token);
}

Result<RecordKey> DocumentEngine::part_of(const RecordKey& owner, std::string_view id) {
  const auto record = RecordId::parse(id);
  if (!record) return no_such_record();
  return RecordKey{owner.account, owner.subject, *record};
}

RecordKey DocumentEngine::only_part_of(const RecordKey& owner, EntityId entity) {
  return {owner.account, owner.subject, only_record(owner.subject, entity)};
}

Task<Result<RecordKey>> DocumentEngine::resolve_alternative(const Caller& caller, EntityId entity,
                                                            std::string_view field,
                                                            std::string_view value) {
  CO_TRY_ASSIGN(const std::vector<RecordKey> found,
                co_await find_alive(caller, entity, {field, value}, clock_.now()));
  if (found.empty()) co_return no_such_record();
  if (found.size() > 1) {
    co_return Error(ErrorCode::ambiguous,
                    "more than one record holds this value: use the record's id");
  }
  if (ledger_.is_under_way(caller.account->id, found.front().subject)) co_return no_such_record();
  co_return found.front();
}

Task<Result<std::vector<RecordKey>>> DocumentEngine::holders(const Caller& caller, EntityId entity,
                                                             std::string_view field,
                                                             std::string_view value) {
  co_return co_await find_alive(caller, entity, {field, value}, Instant::min());
}

Task<Result<std::vector<RecordKey>>> DocumentEngine::find_alive(const Caller& caller,
                                                                EntityId entity, AlternativeKey key,
                                                                Instant alive_at) {
  const Schema& schema = caller.account->schema_of(entity);
  const LookupRule* rule = schema.lookup_rule(key.field);
  if (rule == nullptr) {
    co_return Error(ErrorCode::invalid_argument, "alternativeKey names no indexed field");
  }
  const auto normalised = schema.normalise(*rule, key.value);
  if (!normalised) co_return std::vector<RecordKey>();

  const Sha256Digest digest = caller.account->vault->lookup_digest(
      {rule->label, rule->normaliser_version, normalised->text()});
  co_return co_await store_.find(caller.account->id, LookupField{rule->number},
                                 Bytes(digest.begin(), digest.end()), alive_at);
}

AuditEntry DocumentEngine::entry_for(const Caller& caller, std::string_view action,
                                     const std::optional<RecordKey>& key) const {
  AuditEntry entry = entry_by(caller.decision, caller.account->id, action, clock_.now(), random_);
  entry.entity = caller.decision.entity;
  if (key) {
    entry.token = key->subject;
    entry.record = key->record;
  }
  entry.request = caller.request;
  return entry;
}

InsertOutbox DocumentEngine::outbox_of(const AuditEntry& entry) const {
  return InsertOutbox{{entry.account, entry.id, audit_.encode_for_outbox(entry)}};
}

std::vector<Lookup> DocumentEngine::lookups_of(const Caller& caller,
                                               const std::vector<LookupValue>& values,
                                               std::optional<Instant> expires_at) const {
  std::vector<Lookup> lookups;
  lookups.reserve(values.size());
  for (const LookupValue& value : values) {
    const LookupRule& rule = *value.rule;
    const Sha256Digest digest = caller.account->vault->lookup_digest(
        {rule.label, rule.normaliser_version, value.normalised.text()});
    lookups.push_back({LookupField{rule.number},
                       rule.unique ? LookupKind::unique : LookupKind::shared,
                       Bytes(digest.begin(), digest.end()), expires_at});
  }
  return lookups;
}

}  // namespace velum
