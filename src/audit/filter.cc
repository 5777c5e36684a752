#include "audit/filter.h"

#include <algorithm>
#include <utility>

namespace velum {
namespace {

bool begins_with_any(std::string_view value, const AuditFilter::AnyOf& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [value](const std::string& prefix) { return value.starts_with(prefix); });
}

bool fits(std::string_view value, const AuditFilter::AnyOf& prefixes) {
  return prefixes.empty() || begins_with_any(value, prefixes);
}

bool one_fits(std::string_view value, std::string_view other, const AuditFilter::AnyOf& prefixes) {
  return fits(value, prefixes) || begins_with_any(other, prefixes);
}

// {"id":...,"kind":...,"name":...}: the only object whose members share names with the entry's.
std::string_view actor_of(std::string_view entry) {
  const std::size_t begin = entry.find("\"actor\":{");
  if (begin == std::string_view::npos) return {};
  return entry.substr(begin, entry.find('}', begin) - begin);
}

// The grant that an entry was allowed by.
std::string_view grant_of(std::string_view rule) {
  for (const std::string_view kind : {"grant:", "break_glass:"}) {
    if (rule.starts_with(kind)) return rule.substr(kind.size());
  }
  return {};
}

// Changes of keys, users and roles, and the resources that who was refused them lacked.
bool is_of_license_manager(std::string_view action) {
  for (const std::string_view own :
       {"CreateAccount", "PutUnmaskPolicy", "UnmaskPolicyResource", "CreateUserToken", "Login",
        "Issue_UserTokens", "CreateShopperToken", "Issue_ShopperTokens", "BreakGlass",
        "BreakGlassResource", "RequestUnmaskResource", "ApproveUnmaskResource"}) {
    if (action == own) return true;
  }
  return action.ends_with("AppKey") || action.ends_with("Role") || action.ends_with("User") ||
         action.ends_with("UnmaskGrant") || action.starts_with("View_") ||
         action.starts_with("Save_");
}

}  // namespace

std::string_view application_of(std::string_view action) {
  if (action.starts_with("ProfileSystemUserRights") || action == "EmailRectification") {
    return "user-rights";
  }
  for (const std::string_view own :
       {"ExportAuditLog", "GetDisclosures", "PruneAuditLog", "ViewAuditResource",
        "ManageAlertsResource", "ExceedBudget", "GiveUpAlerts", "RotateWebhookSecret"}) {
    if (action == own) return "audit";
  }
  for (const std::string_view of_orders :
       {"GetUnmaskedPersonalInformation", "UpdatePersonalInformation", "ViewOrdersResource",
        "ManageOrdersResource"}) {
    if (action == of_orders) return "orders";
  }
  if (action == "ManageCheckoutResource") return "checkout";
  for (const std::string_view of : {"Webhook", "Canary", "AuditQuery"}) {
    if (action.ends_with(of)) return "audit";
  }
  return is_of_license_manager(action) ? "license-manager" : "profile-system";
}

bool is_disclosure_action(std::string_view action) {
  return (action.starts_with("Get") && action.ends_with("Unmasked")) ||
         action == "GetUnmaskedPersonalInformation" || action == shopper_token_made;
}

std::string_view audit_member(std::string_view entry, std::string_view name) {
  std::string wanted = "\"";
  wanted.append(name).append("\":\"");
  const std::size_t at = entry.find(wanted);
  if (at == std::string_view::npos) return {};
  const std::string_view value = entry.substr(at + wanted.size());
  return value.substr(0, value.find_first_of("\"\\"));
}

std::string_view audit_actor_member(std::string_view entry, std::string_view name) {
  return audit_member(actor_of(entry), name);
}

AuditMatcher::AuditMatcher(AuditFilter filter) : filter_(std::move(filter)) {
  if (filter_.from) from_ = to_text(*filter_.from);
  if (filter_.to) to_ = to_text(*filter_.to);
}

bool AuditMatcher::matches_time(std::string_view entry) const {
  if (from_.empty() && to_.empty()) return true;
  const std::string_view time = audit_member(entry, "time");
  return time >= from_ && (to_.empty() || time < to_);
}

// The cheapest first, and what was not asked for is not looked for.
bool AuditMatcher::matches(std::string_view entry) const {
  const AuditFilter& wanted = filter_;
  const bool wants_action = !wanted.actions.empty() || !wanted.applications.empty() ||
                            wanted.kind == AuditKind::disclosure;
  if (wants_action) {
    const std::string_view action = audit_member(entry, "action");
    if (!fits(action, wanted.actions)) return false;
    if (!fits(application_of(action), wanted.applications)) return false;
    if (wanted.kind == AuditKind::disclosure &&
        (!is_disclosure_action(action) || audit_member(entry, "outcome") != "done")) {
      return false;
    }
  }
  if (!wanted.actors.empty() && !one_fits(audit_actor_member(entry, "id"),
                                          audit_actor_member(entry, "name"), wanted.actors)) {
    return false;
  }
  if (!wanted.entities.empty() && !fits(audit_member(entry, "entity"), wanted.entities)) {
    return false;
  }
  if (!wanted.outcomes.empty() && !fits(audit_member(entry, "outcome"), wanted.outcomes)) {
    return false;
  }
  if (!wanted.ids.empty() &&
      !one_fits(audit_member(entry, "record"), audit_member(entry, "token"), wanted.ids)) {
    return false;
  }
  if (!wanted.grants.empty() && !one_fits(grant_of(audit_member(entry, "rule")),
                                          audit_member(entry, "target"), wanted.grants)) {
    return false;
  }
  return matches_time(entry);
}

}  // namespace velum
