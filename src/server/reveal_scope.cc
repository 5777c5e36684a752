// What of a document a request reveals: all that the caller may see, or of that what `?fields=`
// names. The engine puts it in the audit entry, and shows what the entry names.

#include <utility>

#include "schema/field_names.h"
#include "server/api.h"
#include "server/reason.h"

namespace velum {

Task<Result<Api::Reveal>> Api::reveal_of(const Call& call) {
  const AccountAccess& access = access_.of(call.caller.account->id);
  const AppKeyRow* const key = access.find(call.caller.decision.principal.id);
  const std::string_view otherwise = key == nullptr ? "" : std::string_view(key->default_reason);
  CO_TRY_ASSIGN(Reason reason, reason_of(call.request, {access.allowed_reasons(), otherwise}));
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
  co_return std::move(reveal);
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
