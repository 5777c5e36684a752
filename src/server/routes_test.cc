#include "server/routes.h"

#include <gtest/gtest.h>

namespace velum {
namespace {

#define PROFILES "/api/storage/profile-system/profiles"

TEST(Routes, EachPathFindsItsOwnAndNothingElse) {
  struct Case {
    HttpMethod method;
    std::string_view path;
    std::optional<RouteId> id;
    std::vector<std::string_view> parameters;
    bool path_exists;
  };
  const Case cases[] = {
      {HttpMethod::post, PROFILES, RouteId::create_profile, {}, true},
      {HttpMethod::post, PROFILES "/", RouteId::create_profile, {}, true},
      {HttpMethod::post, PROFILES "/lookup", RouteId::lookup_profile, {}, true},
      {HttpMethod::get, PROFILES "/lookup", RouteId::read_profile, {"lookup"}, true},
      {HttpMethod::get, PROFILES "/a", RouteId::read_profile, {"a"}, true},
      {HttpMethod::head, PROFILES "/a", RouteId::read_profile, {"a"}, true},
      {HttpMethod::get, PROFILES "/a%40b", RouteId::read_profile, {"a@b"}, true},
      {HttpMethod::get, PROFILES "/a/unmask", RouteId::unmask_profile, {"a"}, true},
      {HttpMethod::get, PROFILES "/a/versions", RouteId::list_versions, {"a"}, true},
      {HttpMethod::get, PROFILES "/a/versions/b", RouteId::read_version, {"a", "b"}, true},
      {HttpMethod::get, PROFILES "/a/versions/b/unmask", RouteId::unmask_version, {"a", "b"}, true},
      {HttpMethod::get, "/livez", RouteId::live, {}, true},
      {HttpMethod::post, PROFILES "/a", std::nullopt, {}, true},
      {HttpMethod::get, PROFILES, std::nullopt, {}, true},
      {HttpMethod::get, PROFILES "/a/unmask/b", std::nullopt, {}, false},
      {HttpMethod::get, "/api/storage", std::nullopt, {}, false},
      {HttpMethod::get, "/", std::nullopt, {}, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.path));
    const auto target = Target::parse(c.path, "");
    ASSERT_TRUE(target);
    const RouteMatch match = match_route(c.method, *target);
    EXPECT_EQ(match.path_exists, c.path_exists);
    ASSERT_EQ(match.route != nullptr, c.id.has_value());
    if (match.route == nullptr) continue;
    EXPECT_EQ(match.route->id, *c.id);
    EXPECT_EQ(match.parameters, c.parameters);
  }
}

// A reveal by the permission to read would be the worst slip that a table can have.
TEST(Routes, WhatUnmasksTakesTheResourceToUnmask) {
  for (const Route& route : routes()) {
    const bool unmasks = route.path.ends_with("/unmask");
    EXPECT_EQ(unmasks, route.resource == Resource::unmask_item) << route.path;
    const bool open = route.path == "/livez" || route.path == "/readyz";
    EXPECT_EQ(open, route.access == RouteAccess::open) << route.path;
  }
}

}  // namespace
}  // namespace velum
