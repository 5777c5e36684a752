// The handler of conditions: yes or no about a profile, and nothing of it.

#include <utility>

#include "profile/entity_rules.h"
#include "schema/conditions.h"
#include "server/api.h"

namespace velum {
namespace {

HttpResponse shown(const std::vector<bool>& answers) {
  HttpResponse response;
  response.status = 200;
  append(response.body, "{\"results\":[");
  bool all = true;
  for (std::size_t place = 0; place < answers.size(); ++place) {
    if (place > 0) response.body.push_back(',');
    append(response.body, answers[place] ? "true" : "false");
    all = all && answers[place];
  }
  append(response.body, all ? "],\"all\":true}" : "],\"all\":false}");
  return response;
}

}  // namespace

// Who may reveal some fields may ask about those.
Task<Result<void>> Api::allow_pii_conditions(Caller& caller, const Conditions& conditions) {
  Decision decision = decide_reveal(caller, caller.entity());
  CO_TRY(co_await allow(caller, std::move(decision)));
  CO_TRY(co_await limit_to_fields(caller, conditions.pii_fields()));
  const PrincipalId who = caller.decision.principal.id;
  const auto taken = shared_.budgets.conditions.take(who, conditions.pii_values());
  if (taken) co_return Result<void>();
  AuditEntry entry = refusal_entry(caller, unmask_action(caller.entity(), Asked::conditions));
  entry.rule = "budget:" + taken.error().subject();
  CO_TRY(co_await shared_.audit.record(std::move(entry)));
  co_return taken.error();
}

Task<Result<HttpResponse>> Api::validate_conditions(const Call& call) {
  Caller caller = call.caller;
  CO_TRY_ASSIGN(const Conditions conditions, Conditions::read(caller.schema(), call.request.body));
  const bool asks_pii = conditions.ask_pii();
  if (asks_pii) CO_TRY(co_await allow_pii_conditions(caller, conditions));
  const auto key = co_await subject_of(call);
  if (!key) {
    if (asks_pii && key.error().code() == ErrorCode::not_found) {
      CO_TRY(co_await engine_.record_miss(caller, std::nullopt, Asked::conditions));
    }
    co_return key.error();
  }
  CO_TRY_ASSIGN(const std::vector<bool> answers,
                co_await engine_.check_conditions(caller, *key, conditions));
  co_return shown(answers);
}

}  // namespace velum
