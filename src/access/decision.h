#pragma once
// Decision: an authorisation with its evidence. The audit entry is this, printed.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"

namespace velum {

// A module acts for a shopper who is nobody yet: the checkout, for whoever fills a cart.
enum class PrincipalKind : std::uint8_t { app_key, user, shopper, local_admin, module };
std::string_view principal_kind_name(PrincipalKind kind);

struct Principal {
  PrincipalKind kind = PrincipalKind::app_key;
  AccountId account{};
  PrincipalId id;
  std::string name;  // Readable: the app key, or the command's name. Never a shopper's.
};

// Documented names where there are any.
enum class Resource : std::uint8_t {
  get_item,     // GetItemResource
  put_item,     // PutItemResource
  delete_item,  // DeleteItemResource
  unmask_item,  // UnmaskItemResource
  view_audit,   // ViewAuditResource

  view_app_keys,  // View_ApiKeys
  save_app_keys,  // Save_ApiKeys
  view_roles,     // View_Roles
  save_roles,     // Save_Resource
  view_account,   // View_Account

  unmask_policy,      // UnmaskPolicyResource
  view_users,         // View_Users
  save_users,         // Save_Users
  issue_user_tokens,  // Issue_UserTokens
  manage_alerts,      // ManageAlertsResource: who receives alerts, and which profiles are canaries.
  request_unmask,     // RequestUnmaskResource: asks for a grant.
  approve_unmask,     // ApproveUnmaskResource: gives one.
  break_glass,        // BreakGlassResource: takes one.
  issue_shopper_tokens,  // Issue_ShopperTokens
  manage_checkout,       // ManageCheckoutResource: the price list, and how carts are taken.
  view_orders,           // ViewOrdersResource
  manage_orders,         // ManageOrdersResource
};
inline constexpr std::array all_resources{Resource::get_item,
                                          Resource::put_item,
                                          Resource::delete_item,
                                          Resource::unmask_item,
                                          Resource::view_audit,
                                          Resource::view_app_keys,
                                          Resource::save_app_keys,
                                          Resource::view_roles,
                                          Resource::save_roles,
                                          Resource::view_account,
                                          Resource::unmask_policy,
                                          Resource::view_users,
                                          Resource::save_users,
                                          Resource::issue_user_tokens,
                                          Resource::manage_alerts,
                                          Resource::request_unmask,
                                          Resource::approve_unmask,
                                          Resource::break_glass,
                                          Resource::issue_shopper_tokens,
                                          Resource::manage_checkout,
                                          Resource::view_orders,
                                          Resource::manage_orders};
std::string_view resource_name(Resource resource);
std::optional<Resource> resource_named(std::string_view name);
// Is it about documents, and so of one entity or another?
bool is_of_entities(Resource resource);

// Of one entity's documents: "email", "home.city". Sorted, each once.
using FieldNames = std::vector<std::string>;

struct Decision {
  Principal principal;
  Resource resource{};
  EntityId entity{};
  std::string rule;  // What allowed or refused it: "role:owner".
  bool allowed = false;
  // Of an allowed reveal: only these. None: all of them.
  FieldNames fields{};
  // Of what is allowed: about these alone. None: about anybody.
  std::vector<Token> subjects{};
};

}  // namespace velum
