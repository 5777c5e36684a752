#include "server/profile_bridge.h"

#include <utility>

#include "access/roles.h"
#include "schema/normalise.h"

namespace velum {
namespace {

ShownDocument shown_document(EntityId entity, Token subject, DocumentView view) {
  return {{entity, subject, view.meta.id, view.meta.version}, std::move(view.document)};
}

FieldMeaning meaning_of_term(PseudonymOf of) {
  switch (of) {
    case PseudonymOf::email: return FieldMeaning::email;
    case PseudonymOf::document: return FieldMeaning::tax_id;
    case PseudonymOf::full_name: return FieldMeaning::text;
  }
  VELUM_CHECK(false);
}

// None is all of them.
void limit_to(FieldNames& fields, const FieldNames& others) {
  if (fields.empty()) fields = others;
  if (others.empty()) return;
  std::erase_if(fields, [&](const std::string& name) { return !holds_field(others, name); });
  // All would be shown of none.
  if (fields.empty()) fields = {"(none)"};
}

bool names_a_subject(EntityId entity) {
  return entity == EntityId::profile || entity == EntityId::prospect;
}

}  // namespace

Caller ProfileBridge::caller_of(EntityId entity, Resource resource) const {
  Caller caller = caller_;
  caller.decision.entity = entity;
  caller.decision.resource = resource;
  return caller;
}

RecordKey ProfileBridge::key_of(const DocumentPlace& place) const {
  return {caller_.account->id, place.subject, place.record};
}

Task<Result<ShownDocument>> ProfileBridge::create(EntityId entity, std::string_view document,
                                                  std::optional<std::uint32_t> ttl_days) {
  WriteOptions options;
  options.ttl_days = ttl_days;
  CO_TRY_ASSIGN(DocumentView view, co_await engine_.create(caller_of(entity, Resource::put_item),
                                                           std::nullopt, document, options));
  const Token subject(view.meta.id.uuid());
  co_return shown_document(entity, subject, std::move(view));
}

Task<Result<ShownDocument>> ProfileBridge::change(DocumentPlace place, std::string_view patch,
                                                  std::optional<std::uint32_t> ttl_days) {
  WriteOptions options;
  options.ttl_days = ttl_days;
  CO_TRY_ASSIGN(DocumentView view,
                co_await engine_.patch(caller_of(place.entity, Resource::put_item), key_of(place),
                                       patch, options));
  co_return shown_document(place.entity, place.subject, std::move(view));
}

Task<Result<ShownDocument>> ProfileBridge::convert(Token prospect, std::string_view consent) {
  CO_TRY_ASSIGN(DocumentView view,
                co_await engine_.convert(caller_of(EntityId::prospect, Resource::put_item),
                                         own_record(caller_.account->id, prospect), {}, consent));
  co_return shown_document(EntityId::profile, prospect, std::move(view));
}

Task<Result<void>> ProfileBridge::remove(DocumentPlace place) {
  co_return co_await engine_.remove(caller_of(place.entity, Resource::delete_item), key_of(place),
                                    std::nullopt);
}

// What was a prospect then may be a profile now.
Task<Result<DocumentView>> ProfileBridge::read(DocumentPlace place) {
  auto view = co_await engine_.read_masked(caller_of(place.entity, Resource::get_item),
                                           key_of(place), place.version);
  const bool is_missing = !view && view.error().code() == ErrorCode::not_found;
  if (!is_missing || !names_a_subject(place.entity)) co_return view;
  const EntityId other = place.entity == EntityId::profile ? EntityId::prospect : EntityId::profile;
  co_return co_await engine_.read_masked(caller_of(other, Resource::get_item), key_of(place),
                                         place.version);
}

Task<Result<std::vector<std::optional<ShownDocument>>>> ProfileBridge::masked(
    std::vector<DocumentPlace> places) {
  std::vector<std::optional<ShownDocument>> documents;
  for (const DocumentPlace& place : places) {
    auto view = co_await read(place);
    if (!view && view.error().code() != ErrorCode::not_found) co_return view.error();
    std::optional<ShownDocument>& document = documents.emplace_back();
    if (view) document = shown_document(place.entity, place.subject, *std::move(view));
  }
  co_return documents;
}

Task<Result<std::vector<ShownDocument>>> ProfileBridge::masked_parts(Token owner, EntityId entity) {
  CO_TRY_ASSIGN(std::vector<DocumentView> views,
                co_await engine_.list_masked(caller_of(entity, Resource::get_item),
                                             own_record(caller_.account->id, owner)));
  std::vector<ShownDocument> documents;
  for (DocumentView& view : views) {
    documents.push_back(shown_document(entity, owner, std::move(view)));
  }
  co_return documents;
}

// What was a prospect then may be a profile now. What is not there stays what it was asked as.
Task<EntityId> ProfileBridge::entity_now(const DocumentPlace& place) {
  if (!names_a_subject(place.entity)) co_return place.entity;
  const EntityId other = place.entity == EntityId::profile ? EntityId::prospect : EntityId::profile;
  const auto view = co_await engine_.read_masked(caller_of(other, Resource::get_item),
                                                 key_of(place), std::nullopt);
  co_return view ? other : place.entity;
}

// Each entity's documents take leave of their own.
Task<Result<std::vector<std::optional<ShownDocument>>>> ProfileBridge::unmask(
    std::vector<DocumentPlace> places, RevealPurpose purpose) {
  VELUM_CHECK(desk_ != nullptr);
  std::vector<DocumentEngine::Wanted> wanted;
  std::optional<Reason> reason;
  for (DocumentPlace& place : places) {
    // What it was then may hold more than what it is now: both take leave.
    CO_TRY_ASSIGN(const Reveal then, co_await desk_->reveal_of(*call_, place.entity));
    place.entity = co_await entity_now(place);
    CO_TRY_ASSIGN(Reveal reveal, co_await desk_->reveal_of(*call_, place.entity));
    limit_to(reveal.caller.decision.fields, then.caller.decision.fields);
    reveal.caller.context = {purpose.action, purpose.target};
    wanted.push_back({std::move(reveal.caller), key_of(place), place.version});
    reason = std::move(reveal.reason);
  }
  std::vector<std::optional<ShownDocument>> documents;
  if (!reason) co_return documents;
  CO_TRY_ASSIGN(auto views, co_await engine_.unmask_each(std::move(wanted), *std::move(reason)));
  for (std::size_t index = 0; index < places.size(); ++index) {
    std::optional<ShownDocument>& document = documents.emplace_back();
    if (!views[index]) continue;
    document =
        shown_document(places[index].entity, places[index].subject, *std::move(views[index]));
  }
  co_return documents;
}

std::vector<Bytes> ProfileBridge::pseudonyms(std::string_view recipient,
                                             std::span<const PseudonymTerm> terms) const {
  std::vector<Bytes> digests;
  for (const PseudonymTerm& term : terms) {
    Bytes& digest = digests.emplace_back();
    const auto normalised = normalise_value(meaning_of_term(term.of), term.value);
    if (!normalised || normalised->text().empty()) continue;
    // No field of an entity has a label with a colon in it.
    const std::string label =
        std::string("pseudonym:").append(pseudonym_name(term.of)).append(":").append(recipient);
    const Sha256Digest whole =
        caller_.account->vault->lookup_digest({label, normaliser_version, normalised->text()});
    digest.assign(whole.begin(), whole.end());
  }
  return digests;
}

}  // namespace velum
