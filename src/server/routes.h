#pragma once
// The route table: every path that is served, who may call it, and what answers. A route without a
// permission row cannot be written.

#include <cstdint>
#include <span>
#include <string_view>

#include "access/decision.h"
#include "base/ids.h"
#include "http/message.h"
#include "http/router.h"

namespace velum {

enum class RouteId : std::uint8_t {
  create,
  look_up,
  validate_conditions,
  convert,
  import_rows,
  read,
  list,
  change,
  remove,
  unmask,
  unmask_all,
  list_versions,
  read_version,
  unmask_version,
  read_schema,
  read_custom_fields,
  replace_custom_fields,
  read_job,

  // Of the License Manager. Those that change something are together.
  create_app_key,
  change_app_key,
  revoke_app_key,
  rotate_app_key,
  put_role,
  put_unmask_policy,
  create_user,
  change_user,
  delete_user,
  add_user_roles,
  remove_user_role,
  end_user_tokens,
  request_grant,
  approve_grant,
  end_grant,
  break_the_glass,
  delete_role,
  list_app_keys,
  read_app_key,
  list_roles,
  list_resources,
  read_account,
  read_account_privacy,
  read_unmask_policy,
  list_grants,
  read_grant,
  read_user,
  list_users,
  list_user_roles,
  issue_user_token,
  issue_shopper_token,
  log_in,
  validate_token,

  // Of alerts. Those that change something are together.
  create_webhook,
  change_webhook,
  delete_webhook,
  rotate_webhook,
  test_webhook,
  mark_canary,
  unmark_canary,
  list_webhooks,
  read_webhook,
  list_canaries,

  put_audit_query,
  delete_audit_query,
  list_audit_queries,
  read_audit_query,
  audit_events,
  audit_checkpoint,
  audit_tile,
  audit_proof,
  audit_consistency,
  audit_key,
  audit_export,
  shopper_disclosures,
  operator_disclosures,

  // Of the checkout and of orders.
  begin_cart,
  read_cart,
  add_cart_items,
  update_cart_items,
  attach_to_cart,
  place_order,
  forget_cart_person,
  find_checkout_profile,
  read_sku,
  put_sku,
  delete_sku,
  read_checkout_settings,
  change_checkout_settings,
  read_order,
  read_order_plainly,
  search_orders,
  start_handling,
  cancel_order,
  invoice_order,
  notify_payment,
  read_feed,
  commit_feed,
  read_feed_settings,
  put_feed_settings,
  delete_feed,
  live,
  ready,
  metrics,
  openapi,
  docs_page,
  docs_file,
};

enum class RouteAccess : std::uint8_t {
  open,
  credentials,  // For whoever the body says, and proves.
  shopfront,    // Anybody, as far as what they hold goes: a cart's owner token.
  account,
};

struct Route {
  RouteId id{};
  HttpMethod method{};
  std::string_view path;  // A template: see http/router.h.
  // Needed where access is `account`, for that entity.
  Resource resource{};
  EntityId entity = EntityId::profile;
  RouteAccess access = RouteAccess::account;
};

std::span<const Route> routes();
// What will do in place of its resource: a grant is seen and ended by who has it and by who gives
// it.
std::span<const Resource> also_allowed_by(RouteId route);
// Reads, reveals and changes what is of the one that its path names first. A shopper comes no other
// way.
bool is_of_one_subject(const Route& route);

// A router whose route numbers are positions in routes().
Router make_router();

}  // namespace velum
