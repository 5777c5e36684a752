#include "server/routes.h"

#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace velum {
namespace {

#define PROFILES "/api/storage/profile-system/profiles"
#define SCHEMAS "/api/storage/profile-system/schemas"
#define PROSPECTS "/api/storage/profile-system/prospects"

TEST(Routes, EachPathFindsItsOwnAndNothingElse) {
  struct Case {
    HttpMethod method;
    std::string_view path;
    std::optional<RouteId> id;
    std::vector<std::string_view> parameters;
    EntityId entity = EntityId::profile;
    RouteMatch::Outcome outcome = RouteMatch::Outcome::found;
  };
  constexpr EntityId address = EntityId::address;
  constexpr EntityId purchase_info = EntityId::purchase_info;
  constexpr EntityId prospect = EntityId::prospect;
  constexpr auto no_method = RouteMatch::Outcome::no_method;
  constexpr auto no_path = RouteMatch::Outcome::no_path;
  const Case cases[] = {
      {HttpMethod::post, PROFILES, RouteId::create, {}},
      {HttpMethod::post, PROFILES "/lookup", RouteId::look_up, {}},
      {HttpMethod::get, PROFILES "/a", RouteId::read, {"a"}},
      {HttpMethod::head, PROFILES "/a", RouteId::read, {"a"}},
      {HttpMethod::get, PROFILES "/a%40b", RouteId::read, {"a%40b"}},
      {HttpMethod::patch, PROFILES "/a", RouteId::change, {"a"}},
      {HttpMethod::del, PROFILES "/a", RouteId::remove, {"a"}},
      {HttpMethod::get, PROFILES "/a/unmask", RouteId::unmask, {"a"}},
      {HttpMethod::post, PROFILES "/a/validate-conditions", RouteId::validate_conditions, {"a"}},
      {HttpMethod::get, PROFILES "/a/versions", RouteId::list_versions, {"a"}},
      {HttpMethod::get, PROFILES "/a/versions/b", RouteId::read_version, {"a", "b"}},
      {HttpMethod::get, PROFILES "/a/versions/b/unmask", RouteId::unmask_version, {"a", "b"}},
      {HttpMethod::post, PROFILES "/a/addresses", RouteId::create, {"a"}, address},
      {HttpMethod::get, PROFILES "/a/addresses", RouteId::list, {"a"}, address},
      {HttpMethod::get, PROFILES "/a/addresses/unmask", RouteId::unmask_all, {"a"}, address},
      {HttpMethod::get, PROFILES "/a/addresses/b", RouteId::read, {"a", "b"}, address},
      {HttpMethod::patch, PROFILES "/a/addresses/b", RouteId::change, {"a", "b"}, address},
      {HttpMethod::del, PROFILES "/a/addresses/b", RouteId::remove, {"a", "b"}, address},
      {HttpMethod::get, PROFILES "/a/addresses/b/unmask", RouteId::unmask, {"a", "b"}, address},
      {HttpMethod::get,
       PROFILES "/a/addresses/b/versions",
       RouteId::list_versions,
       {"a", "b"},
       address},
      {HttpMethod::get,
       PROFILES "/a/addresses/b/versions/c",
       RouteId::read_version,
       {"a", "b", "c"},
       address},
      {HttpMethod::get,
       PROFILES "/a/addresses/b/versions/c/unmask",
       RouteId::unmask_version,
       {"a", "b", "c"},
       address},
      {HttpMethod::get, PROFILES "/a/contacts", RouteId::list, {"a"}, EntityId::contact},
      {HttpMethod::get,
       PROFILES "/a/invoice-subject",
       RouteId::list,
       {"a"},
       EntityId::invoice_subject},
      {HttpMethod::get, PROFILES "/a/pickup-info", RouteId::list, {"a"}, EntityId::pickup_info},
      {HttpMethod::get, PROFILES "/a/consents", RouteId::list, {"a"}, EntityId::consent},
      {HttpMethod::post, PROFILES "/a/purchase-info", RouteId::create, {"a"}, purchase_info},
      {HttpMethod::get, PROFILES "/a/purchase-info", RouteId::read, {"a"}, purchase_info},
      {HttpMethod::put, PROFILES "/a/purchase-info", RouteId::change, {"a"}, purchase_info},
      {HttpMethod::patch, PROFILES "/a/purchase-info", RouteId::change, {"a"}, purchase_info},
      {HttpMethod::get, PROFILES "/a/purchase-info/unmask", RouteId::unmask, {"a"}, purchase_info},
      {HttpMethod::post, PROSPECTS, RouteId::create, {}, prospect},
      {HttpMethod::get, PROSPECTS "/a", RouteId::read, {"a"}, prospect},
      {HttpMethod::get, PROSPECTS "/a/unmask", RouteId::unmask, {"a"}, prospect},
      {HttpMethod::get, SCHEMAS "/profileSystem", RouteId::read_schema, {}},
      {HttpMethod::get, SCHEMAS "/profileSystem/custom", RouteId::read_custom_fields, {}},
      {HttpMethod::put, SCHEMAS "/profileSystem/custom", RouteId::replace_custom_fields, {}},
      {HttpMethod::put, SCHEMAS "/address/custom", RouteId::replace_custom_fields, {}, address},
      {HttpMethod::put, SCHEMAS "/profileSystem", std::nullopt, {}, {}, no_method},
      {HttpMethod::get, SCHEMAS "/other", std::nullopt, {}, {}, no_path},
      {HttpMethod::get, "/api/storage/profile-system/jobs/a", RouteId::read_job, {"a"}},
      {HttpMethod::get, "/api/audit/events", RouteId::audit_events, {}},
      {HttpMethod::get, "/api/audit/queries", RouteId::list_audit_queries, {}},
      {HttpMethod::get, "/api/audit/queries/a", RouteId::read_audit_query, {"a"}},
      {HttpMethod::put, "/api/audit/queries/a", RouteId::put_audit_query, {"a"}},
      {HttpMethod::del, "/api/audit/queries/a", RouteId::delete_audit_query, {"a"}},
      {HttpMethod::post, "/api/audit/queries", std::nullopt, {}, {}, no_method},
      {HttpMethod::get, "/api/audit/queries/a/b", std::nullopt, {}, {}, no_path},
      {HttpMethod::get, "/api/vlm/appkeys", RouteId::list_app_keys, {}},
      {HttpMethod::post, "/api/vlm/appkeys", RouteId::create_app_key, {}},
      {HttpMethod::get, "/api/vlm/appkeys/a", RouteId::read_app_key, {"a"}},
      {HttpMethod::put, "/api/vlm/appkeys/a", RouteId::change_app_key, {"a"}},
      {HttpMethod::patch, "/api/vlm/appkeys/a", RouteId::change_app_key, {"a"}},
      {HttpMethod::del, "/api/vlm/appkeys/a", RouteId::revoke_app_key, {"a"}},
      {HttpMethod::post, "/api/vlm/appkeys/a/rotate", RouteId::rotate_app_key, {"a"}},
      {HttpMethod::put, "/api/license-manager/roles/a", RouteId::put_role, {"a"}},
      {HttpMethod::get, "/api/vlm/account/unmask-policy", RouteId::read_unmask_policy, {}},
      {HttpMethod::put, "/api/vlm/account/unmask-policy", RouteId::put_unmask_policy, {}},
      {HttpMethod::post, "/api/vlm/unmask-grants", RouteId::request_grant, {}},
      {HttpMethod::get, "/api/vlm/unmask-grants", RouteId::list_grants, {}},
      {HttpMethod::get, "/api/vlm/unmask-grants/a", RouteId::read_grant, {"a"}},
      {HttpMethod::post, "/api/vlm/unmask-grants/a/approve", RouteId::approve_grant, {"a"}},
      {HttpMethod::del, "/api/vlm/unmask-grants/a", RouteId::end_grant, {"a"}},
      {HttpMethod::post, "/api/vlm/break-glass", RouteId::break_the_glass, {}},
      {HttpMethod::get, "/api/pvt/accounts/a", RouteId::read_account_privacy, {"a"}},
      {HttpMethod::post, "/api/license-manager/users", RouteId::create_user, {}},
      {HttpMethod::get, "/api/license-manager/users/a", RouteId::read_user, {"a"}},
      {HttpMethod::del, "/api/license-manager/users/a", RouteId::delete_user, {"a"}},
      {HttpMethod::put, "/api/license-manager/users/a/roles", RouteId::add_user_roles, {"a"}},
      {HttpMethod::del,
       "/api/license-manager/users/a/roles/b",
       RouteId::remove_user_role,
       {"a", "b"}},
      {HttpMethod::post, "/api/license-manager/users/a/tokens", RouteId::issue_user_token, {"a"}},
      {HttpMethod::post, "/api/vlm/shopper-tokens", RouteId::issue_shopper_token, {}},
      {HttpMethod::post, "/api/vtexid/apptoken/login", RouteId::log_in, {}},
      {HttpMethod::post, "/api/vtexid/credential/validate", RouteId::validate_token, {}},
      {HttpMethod::get, "/api/vtexid/apptoken/login", std::nullopt, {}, {}, no_method},
      {HttpMethod::get, "/api/audit/tile/0/005.p/3", RouteId::audit_tile, {"0", "005.p/3"}},
      {HttpMethod::get,
       "/api/audit/tile/entries/x001/234",
       RouteId::audit_tile,
       {"entries", "x001/234"}},
      {HttpMethod::get, "/api/audit/proof/7", RouteId::audit_proof, {"7"}},
      {HttpMethod::get, "/api/audit/consistency/7", RouteId::audit_consistency, {"7"}},
      {HttpMethod::get, "/api/audit/key", RouteId::audit_key, {}},
      {HttpMethod::get, "/api/checkout/pub/orderForm", RouteId::begin_cart, {}, prospect},
      {HttpMethod::post, "/api/checkout/pub/orderForm/a", RouteId::read_cart, {"a"}, prospect},
      {HttpMethod::post,
       "/api/checkout/pub/orderForm/a/attachments/b",
       RouteId::attach_to_cart,
       {"a", "b"},
       prospect},
      {HttpMethod::get,
       "/checkout/changeToAnonymousUser/a",
       RouteId::forget_cart_person,
       {"a"},
       prospect},
      {HttpMethod::put, "/api/checkout/pvt/skus/a", RouteId::put_sku, {"a"}},
      {HttpMethod::get, "/api/orders/pvt/document/a", RouteId::read_order, {"a"}},
      {HttpMethod::get, "/api/oms/pvt/orders/a", RouteId::read_order_plainly, {"a"}},
      {HttpMethod::post, "/api/orders/extendsearch/orders", RouteId::search_orders, {}},
      {HttpMethod::post,
       "/api/orders/pvt/document/a/payment/b/notify-payment",
       RouteId::notify_payment,
       {"a", "b"}},
      {HttpMethod::get, "/livez", RouteId::live, {}},
      {HttpMethod::get, PROFILES "/lookup", std::nullopt, {}, {}, no_method},
      {HttpMethod::post, PROFILES "/a", std::nullopt, {}, {}, no_method},
      {HttpMethod::get, PROFILES, std::nullopt, {}, {}, no_method},
      {HttpMethod::get, PROFILES "/", std::nullopt, {}, {}, no_path},
      {HttpMethod::get, PROFILES "/a/unmask/b", std::nullopt, {}, {}, no_path},
      {HttpMethod::get, "/api/storage", std::nullopt, {}, {}, no_path},
      {HttpMethod::get, "/", std::nullopt, {}, {}, no_path},
  };
  const Router router = make_router();
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.path));
    const RouteMatch match = router.find(c.method, c.path);
    ASSERT_EQ(match.outcome, c.outcome);
    if (!c.id) continue;
    EXPECT_EQ(routes()[match.route].id, *c.id);
    EXPECT_EQ(routes()[match.route].entity, c.entity);
    const auto values = match.parameters();
    EXPECT_EQ(std::vector<std::string_view>(values.begin(), values.end()), c.parameters);
  }
}

std::string_view method_text(HttpMethod method) {
  switch (method) {
    case HttpMethod::get: return "GET";
    case HttpMethod::post: return "POST";
    case HttpMethod::put: return "PUT";
    case HttpMethod::patch: return "PATCH";
    case HttpMethod::del: return "DELETE";
    default: return "another";
  }
}

// The page names one of four families, and one entity's schema, and says which others are like it.
TEST(Routes, AreTheDocumentedOnes) {
  std::set<std::string> ours;
  for (const Route& route : routes()) {
    std::string path(route.path);
    const bool is_like_addresses =
        route.entity == EntityId::contact || route.entity == EntityId::invoice_subject ||
        route.entity == EntityId::pickup_info || route.entity == EntityId::consent;
    const bool is_like_profile_system =
        route.path.find("/schemas/") != std::string_view::npos && route.entity != EntityId::profile;
    if (is_like_addresses || is_like_profile_system) continue;
    const std::string prefix = "/api/storage/profile-system";
    if (path.starts_with(prefix)) path.erase(0, prefix.size());
    ours.insert(std::string(method_text(route.method)) + " `" + path + "`");
  }
  std::set<std::string> documented;
  std::ifstream page(VELUM_SOURCE_DIR "/docs/api.md");
  for (std::string line; std::getline(page, line);) {
    const std::size_t end = line.find(" |", 2);
    if (line.starts_with("| ") && line.find('`') < end) documented.insert(line.substr(2, end - 2));
  }
  EXPECT_EQ(documented, ours);
}

bool is_of_shop(const Route& route) {
  for (const std::string_view prefix :
       {"/api/checkout/", "/checkout/", "/api/orders/", "/api/oms/"}) {
    if (route.path.starts_with(prefix)) return true;
  }
  return false;
}

// Nobody needs a key for a cart, and everybody for an order. What an order's read shows unmasked
// takes leave of its own: see test/api/orders.scenario.
TEST(Routes, OnlyCartsAreForWhoeverHoldsThem) {
  for (const Route& route : routes()) {
    const bool is_cart =
        route.path.starts_with("/api/checkout/pub/") || route.path.starts_with("/checkout/");
    EXPECT_EQ(is_cart, route.access == RouteAccess::shopfront) << route.path;
    if (is_cart || !is_of_shop(route)) {
      EXPECT_EQ(route.resource >= Resource::manage_checkout, false) << route.path;
      continue;
    }
    const bool is_order = !route.path.starts_with("/api/checkout/");
    // A key's feed is its own: to read it is all that there is to it.
    const bool reads = route.method == HttpMethod::get || route.id == RouteId::search_orders ||
                       route.path.starts_with("/api/orders/feed");
    EXPECT_EQ(route.resource, !is_order ? Resource::manage_checkout
                              : reads   ? Resource::view_orders
                                        : Resource::manage_orders)
        << route.path;
  }
}

// A reveal by the permission to read would be the worst slip that a table can have.
TEST(Routes, WhatUnmasksTakesTheResourceToUnmask) {
  for (const Route& route : routes()) {
    if (is_of_shop(route)) continue;
    const bool unmasks = route.path.ends_with("/unmask");
    EXPECT_EQ(unmasks, route.resource == Resource::unmask_item) << route.path;
    const bool audit = route.path.starts_with("/api/audit/");
    EXPECT_EQ(audit, route.resource == Resource::view_audit) << route.path;
    const bool open = !route.path.starts_with("/api/");
    EXPECT_EQ(open, route.access == RouteAccess::open) << route.path;
    const bool logs_in = route.path.starts_with("/api/vtexid/");
    EXPECT_EQ(logs_in, route.access == RouteAccess::credentials) << route.path;
    if (logs_in) continue;
    const bool only_asks =
        route.path.ends_with("/lookup") || route.path.ends_with("/validate-conditions");
    const bool of_license_manager = route.resource >= Resource::view_app_keys;
    const bool is_where_it_is = route.path.starts_with("/api/vlm/") ||
                                route.path.starts_with("/api/license-manager/") ||
                                route.path.starts_with("/api/pvt/");
    EXPECT_EQ(of_license_manager, is_where_it_is) << route.path;
    if (of_license_manager) {
      // To see them and to change them.
      if (route.resource == Resource::manage_alerts) continue;
      if (route.path.starts_with("/api/vlm/unmask-grants")) {
        const bool approves = route.path.ends_with("/approve");
        EXPECT_EQ(route.resource, approves ? Resource::approve_unmask : Resource::request_unmask);
        continue;
      }
      if (route.path == "/api/vlm/break-glass") {
        EXPECT_EQ(route.resource, Resource::break_glass);
        continue;
      }
      const bool saves =
          route.resource == Resource::save_app_keys || route.resource == Resource::save_roles ||
          route.resource == Resource::save_users || route.resource == Resource::issue_user_tokens ||
          route.resource == Resource::issue_shopper_tokens;
      const bool is_policy = route.resource == Resource::unmask_policy;  // To see and to change.
      if (!is_policy) EXPECT_EQ(saves, route.method != HttpMethod::get) << route.path;
      continue;
    }
    const bool writes = route.method != HttpMethod::get && !only_asks;
    const Resource to_write =
        route.method == HttpMethod::del ? Resource::delete_item : Resource::put_item;
    if (writes && !audit) EXPECT_EQ(route.resource, to_write) << route.path;
    if (!open && !writes && !unmasks && !audit) EXPECT_EQ(route.resource, Resource::get_item);
  }
}

// By the whole table: a new route is for shoppers only if somebody says so.
TEST(RoutesTest, AShopperComesToWhatIsOfOneSubjectAlone) {
  std::size_t count = 0;
  for (const Route& route : routes()) {
    if (!is_of_one_subject(route)) continue;
    ++count;
    const std::size_t first = route.path.find('{');
    ASSERT_NE(first, std::string_view::npos) << route.path;
    const std::string_view named = route.path.substr(first, route.path.find('}') - first + 1);
    EXPECT_TRUE(named == "{profileId}" || named == "{prospectId}") << route.path;
    EXPECT_LE(route.resource, Resource::unmask_item) << route.path;
    EXPECT_FALSE(route.path.ends_with("/convert")) << route.path;
    EXPECT_FALSE(route.path.ends_with("/validate-conditions")) << route.path;
  }
  EXPECT_EQ(count, 67U);
}

}  // namespace
}  // namespace velum
