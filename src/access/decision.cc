#include "access/decision.h"

#include "base/result.h"

namespace velum {

std::string_view principal_kind_name(PrincipalKind kind) {
  switch (kind) {
    case PrincipalKind::app_key: return "app_key";
    case PrincipalKind::user: return "user";
    case PrincipalKind::shopper: return "shopper";
    case PrincipalKind::local_admin: return "local_admin";
    case PrincipalKind::module: return "module";
  }
  VELUM_CHECK(false);
}

std::string_view resource_name(Resource resource) {
  switch (resource) {
    case Resource::get_item: return "GetItemResource";
    case Resource::put_item: return "PutItemResource";
    case Resource::delete_item: return "DeleteItemResource";
    case Resource::unmask_item: return "UnmaskItemResource";
    case Resource::view_audit: return "ViewAuditResource";
    case Resource::view_app_keys: return "View_ApiKeys";
    case Resource::save_app_keys: return "Save_ApiKeys";
    case Resource::view_roles: return "View_Roles";
    case Resource::save_roles: return "Save_Resource";
    case Resource::view_account: return "View_Account";
    case Resource::unmask_policy: return "UnmaskPolicyResource";
    case Resource::view_users: return "View_Users";
    case Resource::save_users: return "Save_Users";
    case Resource::issue_user_tokens: return "Issue_UserTokens";
    case Resource::manage_alerts: return "ManageAlertsResource";
    case Resource::request_unmask: return "RequestUnmaskResource";
    case Resource::approve_unmask: return "ApproveUnmaskResource";
    case Resource::break_glass: return "BreakGlassResource";
    case Resource::issue_shopper_tokens: return "Issue_ShopperTokens";
    case Resource::manage_checkout: return "ManageCheckoutResource";
    case Resource::view_orders: return "ViewOrdersResource";
    case Resource::manage_orders: return "ManageOrdersResource";
  }
  VELUM_CHECK(false);
}

std::optional<Resource> resource_named(std::string_view name) {
  for (const Resource resource : all_resources) {
    if (resource_name(resource) == name) return resource;
  }
  return std::nullopt;
}

bool is_of_entities(Resource resource) {
  return resource <= Resource::unmask_item;
}

}  // namespace velum
