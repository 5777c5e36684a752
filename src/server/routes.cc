#include "server/routes.h"

namespace velum {
namespace {

constexpr RouteAccess open = RouteAccess::open;
constexpr RouteAccess profile = RouteAccess::profile;

#define PROFILES "/api/storage/profile-system/profiles"
constexpr Route table[] = {
    {RouteId::create_profile, HttpMethod::post, PROFILES, profile, Resource::put_item},
    {RouteId::lookup_profile, HttpMethod::post, PROFILES "/lookup", profile, Resource::get_item},
    {RouteId::read_profile, HttpMethod::get, PROFILES "/{profileId}", profile, Resource::get_item},
    {RouteId::patch_profile, HttpMethod::patch, PROFILES "/{profileId}", profile,
     Resource::put_item},
    {RouteId::delete_profile, HttpMethod::del, PROFILES "/{profileId}", profile,
     Resource::delete_item},
    {RouteId::unmask_profile, HttpMethod::get, PROFILES "/{profileId}/unmask", profile,
     Resource::unmask_item},
    {RouteId::list_versions, HttpMethod::get, PROFILES "/{profileId}/versions", profile,
     Resource::get_item},
    {RouteId::read_version, HttpMethod::get, PROFILES "/{profileId}/versions/{versionId}", profile,
     Resource::get_item},
    {RouteId::unmask_version, HttpMethod::get, PROFILES "/{profileId}/versions/{versionId}/unmask",
     profile, Resource::unmask_item},
    {RouteId::audit_events, HttpMethod::get, "/api/audit/events", profile, Resource::view_audit},
    {RouteId::audit_checkpoint, HttpMethod::get, "/api/audit/checkpoint", profile,
     Resource::view_audit},
    {RouteId::live, HttpMethod::get, "/livez", open, Resource::get_item},
    {RouteId::ready, HttpMethod::get, "/readyz", open, Resource::get_item},
    {RouteId::metrics, HttpMethod::get, "/metrics", open, Resource::get_item},
};
#undef PROFILES

}  // namespace

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
