#include "server/routes.h"

namespace velum {
namespace {

constexpr RouteAccess open = RouteAccess::open;
constexpr RouteAccess profile = RouteAccess::profile;

#define PROFILES "/api/storage/profile-system/profiles"
constexpr Route table[] = {
    {RouteId::create_profile, HttpMethod::post, PROFILES, profile, Resource::put_item},
    {RouteId::lookup_profile, HttpMethod::post, PROFILES "/lookup", profile, Resource::get_item},
    {RouteId::read_profile, HttpMethod::get, PROFILES "/{k}", profile, Resource::get_item},
    {RouteId::patch_profile, HttpMethod::patch, PROFILES "/{k}", profile, Resource::put_item},
    {RouteId::delete_profile, HttpMethod::del, PROFILES "/{k}", profile, Resource::delete_item},
    {RouteId::unmask_profile, HttpMethod::get, PROFILES "/{k}/unmask", profile,
     Resource::unmask_item},
    {RouteId::list_versions, HttpMethod::get, PROFILES "/{k}/versions", profile,
     Resource::get_item},
    {RouteId::read_version, HttpMethod::get, PROFILES "/{k}/versions/{v}", profile,
     Resource::get_item},
    {RouteId::unmask_version, HttpMethod::get, PROFILES "/{k}/versions/{v}/unmask", profile,
     Resource::unmask_item},
    {RouteId::audit_checkpoint, HttpMethod::get, "/api/audit/checkpoint", profile,
     Resource::get_item},
    {RouteId::live, HttpMethod::get, "/livez", open, Resource::get_item},
    {RouteId::ready, HttpMethod::get, "/readyz", open, Resource::get_item},
};
#undef PROFILES

bool fits(std::string_view path, const Target& target, std::vector<std::string_view>& parameters) {
  parameters.clear();
  std::size_t index = 0;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = path.find('/');
    const std::string_view segment = path.substr(0, end);
    if (index == target.segments.size()) return false;
    if (segment.starts_with('{')) {
      parameters.emplace_back(target.segments[index]);
    } else if (segment != target.segments[index]) {
      return false;
    }
    ++index;
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  }
  return index == target.segments.size();
}

}  // namespace

std::span<const Route> routes() {
  return table;
}

RouteMatch match_route(HttpMethod method, const Target& target) {
  RouteMatch match;
  for (const Route& route : table) {
    if (!fits(route.path, target, match.parameters)) continue;
    match.path_exists = true;
    // HEAD is GET without the body; http/ leaves that out.
    const bool head = method == HttpMethod::head && route.method == HttpMethod::get;
    if (route.method == method || head) {
      match.route = &route;
      return match;
    }
  }
  return match;
}

}  // namespace velum
