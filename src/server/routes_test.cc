#include "server/routes.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace velum {
namespace {

#define PROFILES "/api/storage/profile-system/profiles"

TEST(Routes, EachPathFindsItsOwnAndNothingElse) {
  struct Case {
    HttpMethod method;
    std::string_view path;
    std::optional<RouteId> id;
    std::vector<std::string_view> parameters;
    RouteMatch::Outcome outcome = RouteMatch::Outcome::found;
  };
  constexpr auto no_method = RouteMatch::Outcome::no_method;
  constexpr auto no_path = RouteMatch::Outcome::no_path;
  const Case cases[] = {
      {HttpMethod::post, PROFILES, RouteId::create_profile, {}},
      {HttpMethod::post, PROFILES "/lookup", RouteId::lookup_profile, {}},
      {HttpMethod::get, PROFILES "/a", RouteId::read_profile, {"a"}},
      {HttpMethod::head, PROFILES "/a", RouteId::read_profile, {"a"}},
      {HttpMethod::get, PROFILES "/a%40b", RouteId::read_profile, {"a%40b"}},
      {HttpMethod::patch, PROFILES "/a", RouteId::patch_profile, {"a"}},
      {HttpMethod::del, PROFILES "/a", RouteId::delete_profile, {"a"}},
      {HttpMethod::get, PROFILES "/a/unmask", RouteId::unmask_profile, {"a"}},
      {HttpMethod::get, PROFILES "/a/versions", RouteId::list_versions, {"a"}},
      {HttpMethod::get, PROFILES "/a/versions/b", RouteId::read_version, {"a", "b"}},
      {HttpMethod::get, PROFILES "/a/versions/b/unmask", RouteId::unmask_version, {"a", "b"}},
      {HttpMethod::get, "/api/audit/events", RouteId::audit_events, {}},
      {HttpMethod::get, "/livez", RouteId::live, {}},
      {HttpMethod::get, PROFILES "/lookup", std::nullopt, {}, no_method},
      {HttpMethod::post, PROFILES "/a", std::nullopt, {}, no_method},
      {HttpMethod::get, PROFILES, std::nullopt, {}, no_method},
      {HttpMethod::get, PROFILES "/", std::nullopt, {}, no_path},
      {HttpMethod::get, PROFILES "/a/unmask/b", std::nullopt, {}, no_path},
      {HttpMethod::get, "/api/storage", std::nullopt, {}, no_path},
      {HttpMethod::get, "/", std::nullopt, {}, no_path},
  };
  const Router router = make_router();
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.path));
    const RouteMatch match = router.find(c.method, c.path);
    ASSERT_EQ(match.outcome, c.outcome);
    if (!c.id) continue;
    EXPECT_EQ(routes()[match.route].id, *c.id);
    const auto values = match.parameters();
    EXPECT_EQ(std::vector<std::string_view>(values.begin(), values.end()), c.parameters);
  }
}

// A reveal by the permission to read would be the worst slip that a table can have.
TEST(Routes, WhatUnmasksTakesTheResourceToUnmask) {
  for (const Route& route : routes()) {
    const bool unmasks = route.path.ends_with("/unmask");
    EXPECT_EQ(unmasks, route.resource == Resource::unmask_item) << route.path;
    const bool audit = route.path.starts_with("/api/audit/");
    EXPECT_EQ(audit, route.resource == Resource::view_audit) << route.path;
    const bool open = !route.path.starts_with("/api/");
    EXPECT_EQ(open, route.access == RouteAccess::open) << route.path;
  }
}

}  // namespace
}  // namespace velum
