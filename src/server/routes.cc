#include "server/routes.h"

namespace velum {
namespace {

using enum RouteId;
using enum HttpMethod;
using enum Resource;
constexpr RouteAccess open = RouteAccess::open;
constexpr RouteAccess credentials = RouteAccess::credentials;
constexpr RouteAccess shopfront = RouteAccess::shopfront;

#define PROFILE_SYSTEM "/api/storage/profile-system"
#define PROFILES PROFILE_SYSTEM "/profiles"
#define OF_PROFILE PROFILES "/{profileId}"
#define PROSPECTS PROFILE_SYSTEM "/prospects"
#define APP_KEYS "/api/vlm/appkeys"
#define WEBHOOKS "/api/vlm/webhooks"
#define CANARIES "/api/vlm/canaries"
#define QUERIES "/api/audit/queries"
#define GRANTS "/api/vlm/unmask-grants"
#define CARTS "/api/checkout/pub/orderForm"
#define A_CART CARTS "/{orderFormId}"
#define AN_ORDER "/api/orders/pvt/document/{orderId}"
#define FEED "/api/orders/feed"
#define LICENSE_MANAGER "/api/license-manager"
#define USERS LICENSE_MANAGER "/users"

// What hangs on one profile, any number of it.
#define MANY(path, item, entity)                                                                   \
  {create, post, path, put_item, entity}, {list, get, path, get_item, entity},                     \
      {unmask_all, get, path "/unmask", unmask_item, entity}, {read, get, item, get_item, entity}, \
      {change, patch, item, put_item, entity}, {remove, del, item, delete_item, entity},           \
      {unmask, get, item "/unmask", unmask_item, entity},                                          \
      {list_versions, get, item "/versions", get_item, entity},                                    \
      {read_version, get, item "/versions/{versionId}", get_item, entity}, {                       \
    unmask_version, get, item "/versions/{versionId}/unmask", unmask_item, entity                  \
  }

#define SCHEMA(name, entity)                                                                    \
  {read_schema, get, PROFILE_SYSTEM "/schemas/" name, get_item, entity},                        \
      {read_custom_fields, get, PROFILE_SYSTEM "/schemas/" name "/custom", get_item, entity}, { \
    replace_custom_fields, put, PROFILE_SYSTEM "/schemas/" name "/custom", put_item, entity     \
  }

constexpr Route table[] = {
    {create, post, PROFILES, put_item},
    {look_up, post, PROFILES "/lookup", get_item},
    {read, get, OF_PROFILE, get_item},
    {change, patch, OF_PROFILE, put_item},
    {remove, del, OF_PROFILE, delete_item},
    {unmask, get, OF_PROFILE "/unmask", unmask_item},
    {validate_conditions, post, OF_PROFILE "/validate-conditions", get_item},
    {list_versions, get, OF_PROFILE "/versions", get_item},
    {read_version, get, OF_PROFILE "/versions/{versionId}", get_item},
    {unmask_version, get, OF_PROFILE "/versions/{versionId}/unmask", unmask_item},
    MANY(OF_PROFILE "/addresses", OF_PROFILE "/addresses/{addressId}", EntityId::address),
    MANY(OF_PROFILE "/contacts", OF_PROFILE "/contacts/{contactId}", EntityId::contact),
    MANY(OF_PROFILE "/invoice-subject", OF_PROFILE "/invoice-subject/{invoiceSubjectId}",
         EntityId::invoice_subject),
    MANY(OF_PROFILE "/pickup-info", OF_PROFILE "/pickup-info/{pickupInfoId}",
         EntityId::pickup_info),
    MANY(OF_PROFILE "/consents", OF_PROFILE "/consents/{consentId}", EntityId::consent),
    {create, post, OF_PROFILE "/purchase-info", put_item, EntityId::purchase_info},
    {read, get, OF_PROFILE "/purchase-info", get_item, EntityId::purchase_info},
    {change, patch, OF_PROFILE "/purchase-info", put_item, EntityId::purchase_info},
    {change, put, OF_PROFILE "/purchase-info", put_item, EntityId::purchase_info},
    {remove, del, OF_PROFILE "/purchase-info", delete_item, EntityId::purchase_info},
    {unmask, get, OF_PROFILE "/purchase-info/unmask", unmask_item, EntityId::purchase_info},
    {create, post, PROSPECTS, put_item, EntityId::prospect},
    {list, get, PROSPECTS, get_item, EntityId::prospect},
    {unmask_all, get, PROSPECTS "/unmask", unmask_item, EntityId::prospect},
    {read, get, PROSPECTS "/{prospectId}", get_item, EntityId::prospect},
    {change, patch, PROSPECTS "/{prospectId}", put_item, EntityId::prospect},
    {remove, del, PROSPECTS "/{prospectId}", delete_item, EntityId::prospect},
    {unmask, get, PROSPECTS "/{prospectId}/unmask", unmask_item, EntityId::prospect},
    {convert, post, PROSPECTS "/{prospectId}/convert", put_item, EntityId::prospect},
    {import_rows, post, PROFILE_SYSTEM "/import", put_item},
    SCHEMA("profileSystem", EntityId::profile),
    SCHEMA("prospect", EntityId::prospect),
    SCHEMA("address", EntityId::address),
    SCHEMA("purchase-info", EntityId::purchase_info),
    SCHEMA("contact", EntityId::contact),
    SCHEMA("invoice-subject", EntityId::invoice_subject),
    SCHEMA("pickup-info", EntityId::pickup_info),
    SCHEMA("consent", EntityId::consent),
    {read_job, get, PROFILE_SYSTEM "/jobs/{jobId}", get_item},

    {list_app_keys, get, APP_KEYS, view_app_keys},
    {create_app_key, post, APP_KEYS, save_app_keys},
    {read_app_key, get, APP_KEYS "/{appKeyId}", view_app_keys},
    {change_app_key, patch, APP_KEYS "/{appKeyId}", save_app_keys},
    {change_app_key, put, APP_KEYS "/{appKeyId}", save_app_keys},
    {revoke_app_key, del, APP_KEYS "/{appKeyId}", save_app_keys},
    {rotate_app_key, post, APP_KEYS "/{appKeyId}/rotate", save_app_keys},
    {list_roles, get, LICENSE_MANAGER "/site/pvt/roles/list/paged", view_roles},
    {put_role, put, LICENSE_MANAGER "/roles/{roleKey}", save_roles},
    {delete_role, del, LICENSE_MANAGER "/roles/{roleKey}", save_roles},
    {list_resources, get, LICENSE_MANAGER "/resources", view_roles},
    {read_account, get, "/api/vlm/account", view_account},
    {read_unmask_policy, get, "/api/vlm/account/unmask-policy", unmask_policy},
    {put_unmask_policy, put, "/api/vlm/account/unmask-policy", unmask_policy},
    {request_grant, post, GRANTS, request_unmask},
    {list_grants, get, GRANTS, request_unmask},
    {read_grant, get, GRANTS "/{grantId}", request_unmask},
    {approve_grant, post, GRANTS "/{grantId}/approve", approve_unmask},
    {end_grant, del, GRANTS "/{grantId}", request_unmask},
    {break_the_glass, post, "/api/vlm/break-glass", break_glass},
    {read_account_privacy, get, "/api/pvt/accounts/{accountName}", view_account},
    {create_user, post, USERS, save_users},
    {read_user, get, USERS "/{userId}", view_users},
    {change_user, patch, USERS "/{userId}", save_users},
    {delete_user, del, USERS "/{userId}", save_users},
    {list_users, get, LICENSE_MANAGER "/site/pvt/logins/list/paged", view_users},
    {list_user_roles, get, USERS "/{userId}/roles", view_users},
    {add_user_roles, put, USERS "/{userId}/roles", save_users},
    {remove_user_role, del, USERS "/{userId}/roles/{roleId}", save_users},
    {issue_user_token, post, USERS "/{userId}/tokens", issue_user_tokens},
    {end_user_tokens, del, USERS "/{userId}/tokens", save_users},
    {issue_shopper_token, post, "/api/vlm/shopper-tokens", issue_shopper_tokens},
    {log_in, post, "/api/vtexid/apptoken/login", {}, EntityId::profile, credentials},
    {validate_token, post, "/api/vtexid/credential/validate", {}, EntityId::profile, credentials},

    {list_webhooks, get, WEBHOOKS, manage_alerts},
    {create_webhook, post, WEBHOOKS, manage_alerts},
    {read_webhook, get, WEBHOOKS "/{webhookId}", manage_alerts},
    {change_webhook, put, WEBHOOKS "/{webhookId}", manage_alerts},
    {delete_webhook, del, WEBHOOKS "/{webhookId}", manage_alerts},
    {rotate_webhook, post, WEBHOOKS "/{webhookId}/rotate", manage_alerts},
    {test_webhook, post, WEBHOOKS "/{webhookId}/test", manage_alerts},
    {list_canaries, get, CANARIES, manage_alerts},
    {mark_canary, put, CANARIES "/{token}", manage_alerts},
    {unmark_canary, del, CANARIES "/{token}", manage_alerts},

    {list_audit_queries, get, QUERIES, view_audit},
    {read_audit_query, get, QUERIES "/{queryName}", view_audit},
    {put_audit_query, put, QUERIES "/{queryName}", view_audit},
    {delete_audit_query, del, QUERIES "/{queryName}", view_audit},
    {audit_events, get, "/api/audit/events", view_audit},
    {audit_checkpoint, get, "/api/audit/checkpoint", view_audit},
    {audit_tile, get, "/api/audit/tile/{level}/{index...}", view_audit},
    {audit_proof, get, "/api/audit/proof/{seq}", view_audit},
    {audit_consistency, get, "/api/audit/consistency/{oldSize}", view_audit},
    {audit_key, get, "/api/audit/key", view_audit},
    {audit_export, get, "/api/audit/events/export", view_audit},
    {shopper_disclosures, get, "/api/audit/disclosures/{token}", view_audit},
    {operator_disclosures, get, "/api/audit/operators/{actorId}/disclosures", view_audit},

    {begin_cart, get, CARTS, put_item, EntityId::prospect, shopfront},
    {begin_cart, post, CARTS, put_item, EntityId::prospect, shopfront},
    {read_cart, get, A_CART, get_item, EntityId::prospect, shopfront},
    {read_cart, post, A_CART, get_item, EntityId::prospect, shopfront},
    {add_cart_items, post, A_CART "/items", put_item, EntityId::prospect, shopfront},
    {update_cart_items, post, A_CART "/items/update", put_item, EntityId::prospect, shopfront},
    {attach_to_cart, post, A_CART "/attachments/{attachment}", put_item, EntityId::prospect,
     shopfront},
    {place_order, post, A_CART "/transaction", put_item, EntityId::prospect, shopfront},
    {forget_cart_person, get, "/checkout/changeToAnonymousUser/{orderFormId}", put_item,
     EntityId::prospect, shopfront},
    {find_checkout_profile, get, "/api/checkout/pub/profiles", get_item, EntityId::profile,
     shopfront},
    {read_sku, get, "/api/checkout/pvt/skus/{skuId}", manage_checkout},
    {put_sku, put, "/api/checkout/pvt/skus/{skuId}", manage_checkout},
    {delete_sku, del, "/api/checkout/pvt/skus/{skuId}", manage_checkout},
    {read_checkout_settings, get, "/api/checkout/pvt/configuration/orderForm", manage_checkout},
    {change_checkout_settings, post, "/api/checkout/pvt/configuration/orderForm", manage_checkout},
    {read_order, get, AN_ORDER, view_orders},
    {read_order_plainly, get, "/api/oms/pvt/orders/{orderId}", view_orders},
    {search_orders, post, "/api/orders/extendsearch/orders", view_orders},
    {start_handling, post, AN_ORDER "/actions/start-handling", manage_orders},
    {cancel_order, post, AN_ORDER "/cancel", manage_orders},
    {invoice_order, post, AN_ORDER "/invoices", manage_orders},
    {notify_payment, post, AN_ORDER "/payment/{paymentId}/notify-payment", manage_orders},
    {read_feed, get, FEED, view_orders},
    {commit_feed, post, FEED, view_orders},
    {read_feed_settings, get, FEED "/config", view_orders},
    {put_feed_settings, post, FEED "/config", view_orders},
    {delete_feed, del, FEED "/config", view_orders},
    {live, get, "/livez", {}, EntityId::profile, open},
    {ready, get, "/readyz", {}, EntityId::profile, open},
    {metrics, get, "/metrics", {}, EntityId::profile, open},
    {openapi, get, "/openapi.json", {}, EntityId::profile, open},
    {docs_page, get, "/docs", {}, EntityId::profile, open},
    {docs_file, get, "/docs/{file}", {}, EntityId::profile, open},
};
#undef FEED
#undef AN_ORDER
#undef A_CART
#undef CARTS
#undef GRANTS
#undef USERS
#undef LICENSE_MANAGER
#undef QUERIES
#undef CANARIES
#undef WEBHOOKS
#undef APP_KEYS
#undef SCHEMA
#undef MANY
#undef PROSPECTS
#undef OF_PROFILE
#undef PROFILES
#undef PROFILE_SYSTEM

}  // namespace

std::span<const Resource> also_allowed_by(RouteId route) {
  static constexpr Resource of_grants[] = {approve_unmask, break_glass};
  const bool is_one = route == list_grants || route == read_grant || route == end_grant;
  return is_one ? std::span<const Resource>(of_grants) : std::span<const Resource>();
}

bool is_of_one_subject(const Route& route) {
  switch (route.id) {
    case create:
    case read:
    case list:
    case change:
    case remove:
    case unmask:
    case unmask_all:
    case list_versions:
    case read_version:
    case unmask_version: break;
    default: return false;
  }
  return route.path.starts_with("/api/storage/profile-system/profiles/{profileId}") ||
         route.path.starts_with("/api/storage/profile-system/prospects/{prospectId}");
}

std::span<const Route> routes() {
  return table;
}

Router make_router() {
  Router router;
  for (std::size_t index = 0; index < std::size(table); ++index) {
    router.add(table[index].method, table[index].path, index);
  }
  return router;
}

}  // namespace velum
