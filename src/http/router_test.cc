#include "http/router.h"

#include <gtest/gtest.h>

#include <vector>

namespace velum::router_test {
namespace {

using Outcome = RouteMatch::Outcome;

Router make_router() {
  Router router;
  router.add(HttpMethod::get, "/", 0);
  router.add(HttpMethod::post, "/api/profiles", 1);
  router.add(HttpMethod::get, "/api/profiles/{profileId}", 2);
  router.add(HttpMethod::patch, "/api/profiles/{profileId}", 3);
  router.add(HttpMethod::get, "/api/profiles/{profileId}/unmask", 4);
  router.add(HttpMethod::get, "/api/profiles/{profileId}/addresses/{addressId}", 5);
  router.add(HttpMethod::post, "/api/profiles/lookup", 6);
  router.add(HttpMethod::head, "/health", 7);
  router.add(HttpMethod::get, "/health", 8);
  router.add(HttpMethod::get, "/tile/{level}/{index...}", 9);
  return router;
}

TEST(Router, Finds) {
  struct Case {
    HttpMethod method;
    std::string_view path;
    Outcome outcome;
    std::size_t route;
    std::vector<std::string_view> parameters;
  };
  const Case cases[] = {
      {HttpMethod::get, "/", Outcome::found, 0, {}},
      {HttpMethod::post, "/api/profiles", Outcome::found, 1, {}},
      {HttpMethod::get, "/api/profiles/a", Outcome::found, 2, {"a"}},
      {HttpMethod::head, "/api/profiles/a", Outcome::found, 2, {"a"}},
      {HttpMethod::patch, "/api/profiles/a", Outcome::found, 3, {"a"}},
      {HttpMethod::get, "/api/profiles/a%40b.c/unmask", Outcome::found, 4, {"a%40b.c"}},
      {HttpMethod::get, "/api/profiles/a@b/addresses/c+d", Outcome::found, 5, {"a@b", "c+d"}},
      {HttpMethod::post, "/api/profiles/lookup", Outcome::found, 6, {}},
      {HttpMethod::head, "/health", Outcome::found, 7, {}},
      {HttpMethod::get, "/health", Outcome::found, 8, {}},
      {HttpMethod::get, "/api/profiles/unmask", Outcome::found, 2, {"unmask"}},
      {HttpMethod::get, "/api/profiles/..", Outcome::found, 2, {".."}},
      {HttpMethod::get, "/api/profiles", Outcome::no_method, 0, {}},
      {HttpMethod::get, "/api/profiles/lookup", Outcome::no_method, 0, {}},
      {HttpMethod::other, "/health", Outcome::no_method, 0, {}},
      {HttpMethod::get, "/api", Outcome::no_path, 0, {}},
      {HttpMethod::get, "/api/profiles/", Outcome::no_path, 0, {}},
      {HttpMethod::get, "/api/profiles//unmask", Outcome::no_path, 0, {}},
      {HttpMethod::get, "//api/profiles/a", Outcome::no_path, 0, {}},
      {HttpMethod::get, "/api/profiles/a/", Outcome::no_path, 0, {}},
      {HttpMethod::get, "/api/profiles/a/unmask/b", Outcome::no_path, 0, {}},
      {HttpMethod::get, "/API/profiles/a", Outcome::no_path, 0, {}},
      {HttpMethod::get, "/api/%70rofiles/a", Outcome::no_path, 0, {}},
      {HttpMethod::get, "/api/profiles/lookup/unmask", Outcome::no_path, 0, {}},
      {HttpMethod::get, "/api/profiles/{profileId}", Outcome::found, 2, {"{profileId}"}},
      {HttpMethod::get, "/tile/0/001", Outcome::found, 9, {"0", "001"}},
      {HttpMethod::head, "/tile/0/x001/234.p/5", Outcome::found, 9, {"0", "x001/234.p/5"}},
      {HttpMethod::get, "/tile/0/x001/", Outcome::found, 9, {"0", "x001/"}},
      {HttpMethod::get, "/tile/0/a//b", Outcome::found, 9, {"0", "a//b"}},
      {HttpMethod::get, "/tile/0//b", Outcome::no_path, 0, {}},
      {HttpMethod::get, "/tile/0/", Outcome::no_path, 0, {}},
      {HttpMethod::get, "/tile/0", Outcome::no_path, 0, {}},
      {HttpMethod::post, "/tile/0/x001/234", Outcome::no_method, 0, {}},
      {HttpMethod::get, "", Outcome::no_path, 0, {}},
  };
  const Router router = make_router();
  for (const auto& want : cases) {
    SCOPED_TRACE(std::string(want.path));
    const RouteMatch match = router.find(want.method, want.path);
    if (want.path.empty()) continue;  // A request's path starts with '/'; this only must not crash.
    EXPECT_EQ(match.outcome, want.outcome);
    if (want.outcome != Outcome::found) continue;
    EXPECT_EQ(match.route, want.route);
    const auto found = match.parameters();
    EXPECT_EQ(std::vector(found.begin(), found.end()), want.parameters);
  }
}

TEST(Router, NamesTheMethodsThatWouldDo) {
  const Router router = make_router();
  EXPECT_EQ(router.find(HttpMethod::put, "/api/profiles/a").methods.allow_header(),
            "GET, HEAD, PATCH");
  EXPECT_EQ(router.find(HttpMethod::get, "/api/profiles/lookup").methods.allow_header(), "POST");
  EXPECT_TRUE(router.find(HttpMethod::get, "/nowhere").methods.empty());
}

TEST(Router, SurvivesALongPath) {
  std::string path;
  for (int i = 0; i < 4000; ++i) path.append("/a");
  EXPECT_EQ(make_router().find(HttpMethod::get, path).outcome, Outcome::no_path);
}

TEST(Router, DecodesSegments) {
  struct Case {
    std::string_view segment;
    std::optional<std::string_view> want;
  };
  static constexpr std::string_view raw_nul("a\0b", 3);
  const Case cases[] = {
      {"abc", "abc"},           {"", ""},
      {"a%40b.c", "a@b.c"},     {"a@b.c", "a@b.c"},
      {"a+b", "a+b"},           {"a%2Bb", "a+b"},
      {"a%2bb", "a+b"},         {"a%20b", "a b"},
      {"%C3%A9", "\xC3\xA9"},   {"a%2Fb", "a/b"},
      {"%2540", "%40"},         {"%", std::nullopt},
      {"a%", std::nullopt},     {"a%4", std::nullopt},
      {"%4g", std::nullopt},    {"%g4", std::nullopt},
      {"%%40", std::nullopt},   {"%-1", std::nullopt},
      {"% 1", std::nullopt},    {"%00", std::nullopt},
      {"a%00b", std::nullopt},  {raw_nul, std::nullopt},
      {"%u0040", std::nullopt},
  };
  for (const auto& [segment, want] : cases) {
    SCOPED_TRACE(std::string(segment));
    const auto decoded = decode_path_segment(segment);
    ASSERT_EQ(decoded.has_value(), want.has_value());
    if (want) EXPECT_EQ(decoded->text(), *want);
  }
}

}  // namespace
}  // namespace velum::router_test
