// The handlers of the disclosure reports: who has seen what of one shopper, and what one operator
// has seen. An auditor sees no text of a reason: it may say who somebody is, so it takes what
// unmasking takes, and is on record before.

#include <algorithm>
#include <utility>

#include "server/api.h"
#include "server/audit_query.h"
#include "server/disclosure_json.h"

namespace velum {

Task<Result<HttpResponse>> Api::shopper_disclosures(const Call& call) {
  CO_TRY_ASSIGN(const Sensitive id, call.in_path(0));
  const auto token = Token::parse(id.text());
  if (!token) co_return Error(ErrorCode::not_found, "there is no such record");
  AuditFilter filter;
  filter.ids = {token->text()};
  co_return co_await disclosures(call, std::move(filter));
}

Task<Result<HttpResponse>> Api::operator_disclosures(const Call& call) {
  CO_TRY_ASSIGN(const Sensitive id, call.in_path(0));
  const auto actor = PrincipalId::parse(id.text());
  if (!actor) co_return Error(ErrorCode::not_found, "there is no such operator");
  AuditFilter filter;
  filter.actors = {actor->text()};
  co_return co_await disclosures(call, std::move(filter));
}

// Of the entries whose reason the caller may see.
std::vector<std::optional<SealedReason>> Api::reasons_to_show(
    const Caller& caller, const std::vector<DisclosureEntry>& entries) {
  std::vector<std::optional<SealedReason>> sealed(entries.size());
  for (std::size_t at = 0; at < entries.size(); ++at) {
    const auto entity = entries[at].entity();
    if (!entity) continue;
    const Decision decision = decide(caller, Resource::unmask_item, *entity);
    if (decision.allowed) sealed[at] = entries[at].sealed_reason(caller.account->id);
  }
  return sealed;
}

// Whose reasons are opened counts as who is revealed, and is on record before any is.
Task<Result<void>> Api::allow_reasons(const Caller& caller,
                                      const std::vector<std::optional<SealedReason>>& sealed) {
  std::map<Token, std::uint32_t> counts;
  for (const auto& reason : sealed) {
    if (reason) ++counts[reason->record.subject];
  }
  std::vector<Token> people;
  std::vector<AuditEntry> entries;
  for (const auto& [token, count] : counts) {
    AuditEntry entry = refusal_entry(caller, "GetDisclosures");
    entry.entity.reset();
    entry.token = token;
    entry.fields = {"reason"};
    entry.count = count;
    people.push_back(token);
    entries.push_back(std::move(entry));
  }
  const auto taken = shared_.budgets.reveals.take(caller.decision.principal.id, people);
  for (AuditEntry& entry : entries) {
    if (taken) entry.outcome = AuditOutcome::done;
    if (!taken) entry.rule = "budget:" + taken.error().subject();
  }
  if (!entries.empty()) CO_TRY(co_await shared_.audit.record_all(std::move(entries)));
  co_return taken;
}

// The texts that are still there.
Task<Result<ReasonTexts>> Api::open_reasons(const Caller& caller,
                                            std::vector<std::optional<SealedReason>> sealed) {
  CO_TRY(co_await allow_reasons(caller, sealed));
  ReasonTexts texts(sealed.size());
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    if (!sealed[at]) continue;
    auto text = co_await open_audit_reason(store_, *caller.account, *std::move(sealed[at]),
                                           shared_.clock.now());
    if (!text && text.error().code() != ErrorCode::not_found) co_return text.error();
    if (text) texts[at] = *std::move(text);
  }
  co_return texts;
}

// An app key's label says which system it is.
ActorLabels Api::labels_of_actors(AccountId account) {
  ActorLabels labels;
  for (const AppKeyRow& key : access_.of(account).rows().keys) {
    labels.emplace(key.id.text(), key.label);
  }
  return labels;
}

Task<Result<HttpResponse>> Api::disclosures(const Call& call, AuditFilter filter) {
  CO_TRY_ASSIGN(AuditSearch search, audit_page_of(call.request));
  search.filter = std::move(filter);
  search.filter.kind = AuditKind::disclosure;
  CO_TRY_ASSIGN(const AuditPage page, shared_.audit.search(call.caller.account->id, search));
  std::vector<DisclosureEntry> entries;
  for (const std::string& text : page.entries) {
    CO_TRY_ASSIGN(DisclosureEntry entry, DisclosureEntry::parse(text));
    entries.push_back(std::move(entry));
  }
  auto sealed = reasons_to_show(call.caller, entries);
  CO_TRY_ASSIGN(const ReasonTexts reasons, co_await open_reasons(call.caller, std::move(sealed)));
  const ActorLabels labels = labels_of_actors(call.caller.account->id);
  HttpResponse response;
  response.status = 200;
  append(response.body, "{\"items\":[");
  for (std::size_t at = 0; at < entries.size(); ++at) {
    if (at > 0) response.body.push_back(',');
    entries[at].append(labels, reasons[at] ? &*reasons[at] : nullptr, response.body);
  }
  append(response.body, "],\"next\":" + audit_next_json(page) + "}");
  co_return response;
}

}  // namespace velum
