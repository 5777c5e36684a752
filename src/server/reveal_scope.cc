// What of a document a request reveals: all that the caller may see, or of that what `?fields=`
// names. The engine puts it in the audit entry, and shows what the entry names.

#include <algorithm>
#include <utility>

#include "schema/field_names.h"
#include "server/api.h"
#include "server/reason.h"

namespace velum {

Task<Result<Reveal>> Api::reveal_of(const Call& call) {
  const AccountAccess& access = access_.of(call.caller.account->id);
  const AppKeyRow* const key = access.find(call.caller.decision.principal.id);
  const std::string_view otherwise = key == nullptr ? "" : std::string_view(key->default_reason);
  CO_TRY_ASSIGN(const std::optional<GrantId> named, grant_named(call));
  const bool is_own = call.caller.decision.principal.kind == PrincipalKind::shopper;
  const UnmaskGrantRow* const grant = named && !is_own ? access.find_grant(*named) : nullptr;
  std::optional<Sensitive> purpose;
  if (grant != nullptr) {
    CO_TRY_ASSIGN(purpose, call.caller.account->vault->open_purpose(grant->id, grant->purpose));
  }
  const std::string_view asked_for = purpose ? purpose->text() : std::string_view();
  const ReasonRules rules{access.allowed_reasons(), otherwise, asked_for};
  CO_TRY_ASSIGN(Reason reason, is_own ? reason_of_shopper() : reason_of(call.request, rules));
  Reveal reveal{call.caller, std::move(reason)};
  CO_TRY_ASSIGN(const std::optional<Sensitive> list, call.in_query("fields"));
  if (list) {
    CO_TRY_ASSIGN(FieldNames wanted, declared_fields(call.caller.schema().rules(), list->text()));
    CO_TRY(co_await limit_to_fields(reveal.caller, std::move(wanted)));
  }
  if (reveal.caller.decision.fields.size() > field_names_max) {
    co_return Error(ErrorCode::invalid_argument,
                    "your roles allow more than 100 fields together: name some", "fields");
  }
  CO_TRY(co_await limit_to_subjects(call));
  co_return std::move(reveal);
}

// By the caller's roles alone.
Task<Result<Reveal>> Api::reveal_of(const ApiCall& call, EntityId entity) {
  const AccountAccess& access = access_.of(call.caller.account->id);
  const AppKeyRow* const key = access.find(call.caller.decision.principal.id);
  const std::string_view otherwise = key == nullptr ? "" : std::string_view(key->default_reason);
  CO_TRY_ASSIGN(Reason reason,
                reason_of(call.request, ReasonRules{access.allowed_reasons(), otherwise}));
  Reveal reveal{call.caller, std::move(reason)};
  Decision decision = decide_reveal(call.caller, entity);
  CO_TRY(co_await allow(reveal.caller, std::move(decision)));
  if (reveal.caller.decision.fields.size() > field_names_max) {
    co_return Error(ErrorCode::invalid_argument, "your roles allow more than 100 fields together");
  }
  co_return std::move(reveal);
}

// Where a grant is for some subjects alone, they are named by their ids: of anybody else nothing is
// looked up, so that nobody learns whether there is such a person.
Task<Result<void>> Api::limit_to_subjects(const Call& call) {
  const std::vector<Token>& subjects = call.caller.decision.subjects;
  if (subjects.empty()) co_return Result<void>();
  CO_TRY_ASSIGN(const std::optional<Token> named, subject_in_path(call));
  if (named && std::find(subjects.begin(), subjects.end(), *named) != subjects.end()) {
    co_return Result<void>();
  }
  AuditEntry entry = refusal_entry(call.caller, resource_name(Resource::unmask_item));
  CO_TRY(co_await shared_.audit.record(std::move(entry)));
  co_return Error(ErrorCode::permission_denied,
                  "this grant is for some subjects alone, each named by its id");
}

Result<std::optional<GrantId>> Api::grant_named(const Call& call) {
  TRY_ASSIGN(const std::optional<Sensitive> text, call.in_query("grant"));
  if (!text) return std::optional<GrantId>();
  const auto id = GrantId::parse(text->text());
  if (!id) return Error(ErrorCode::invalid_argument, "`grant` is the id of a grant", "grant");
  return id;
}

// By the caller's roles, or by the grant that the request names.
Task<Result<void>> Api::allow_reveal(Call& call, const Principal& principal) {
  const EntityId entity = call.route.entity;
  CO_TRY_ASSIGN(const std::optional<GrantId> named, grant_named(call));
  const AccountAccess& access = access_.of(call.caller.account->id);
  if (!named) {
    Decision decision = access.decide_reveal(principal, entity, shared_.clock);
    co_return co_await allow(call.caller, std::move(decision));
  }
  const UnmaskGrantRow* const grant = access.find_grant(*named);
  Decision decision = grant != nullptr
                          ? access.decide_reveal(principal, *grant, entity, shared_.clock)
                          : Decision{principal, Resource::unmask_item, entity, "none", false};
  const auto allowed = co_await allow(call.caller, std::move(decision));
  if (allowed || allowed.error().code() != ErrorCode::permission_denied) co_return allowed;
  co_return Error(ErrorCode::permission_denied,
                  "you have no grant of this id that is in force and for this entity");
}

// Whoever asks for one field too many is shown none.
Task<Result<void>> Api::limit_to_fields(Caller& caller, FieldNames wanted) {
  const FieldNames& may = caller.decision.fields;
  FieldNames lacking;
  for (const std::string& name : wanted) {
    if (!may.empty() && !holds_field(may, name)) lacking.push_back(name);
  }
  if (lacking.empty()) {
    caller.decision.fields = std::move(wanted);
    co_return Result<void>();
  }
  const std::string_view resource = resource_name(Resource::unmask_item);
  std::string missing = std::string(resource).append(" for ").append(lacking.front());
  AuditEntry entry = refusal_entry(caller, resource);
  entry.fields = std::move(lacking);
  CO_TRY(co_await shared_.audit.record(std::move(entry)));
  co_return lacks_resource(std::move(missing));
}

}  // namespace velum
