#include "server/routes.h"

namespace velum {
namespace {

using enum RouteId;
using enum HttpMethod;
using enum Resource;
constexpr RouteAccess open = RouteAccess::open;

#define PROFILE_SYSTEM "/api/storage/profile-system"
#define PROFILES PROFILE_SYSTEM "/profiles"
#define OF_PROFILE PROFILES "/{profileId}"
#define PROSPECTS PROFILE_SYSTEM "/prospects"

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

constexpr Route table[] = {
    {create, post, PROFILES, put_item},
    {look_up, post, PROFILES "/lookup", get_item},
    {read, get, OF_PROFILE, get_item},
    {change, patch, OF_PROFILE, put_item},
    {remove, del, OF_PROFILE, delete_item},
    {unmask, get, OF_PROFILE "/unmask", unmask_item},
    {list_versions, get, OF_PROFILE "/versions", get_item},
    {read_version, get, OF_PROFILE "/versions/{versionId}", get_item},
    {unmask_version, get, OF_PROFILE "/versions/{versionId}/unmask", unmask_item},
    MANY(OF_PROFILE "/addresses", OF_PROFILE "/addresses/{addressId}", EntityId::address),
    MANY(OF_PROFILE "/contacts", OF_PROFILE "/contacts/{contactId}", EntityId::contact),
    MANY(OF_PROFILE "/invoice-subject", OF_PROFILE "/invoice-subject/{invoiceSubjectId}",
         EntityId::invoice_subject),
    MANY(OF_PROFILE "/pickup-info", OF_PROFILE "/pickup-info/{pickupInfoId}",
         EntityId::pickup_info),
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
    {audit_events, get, "/api/audit/events", view_audit},
    {audit_checkpoint, get, "/api/audit/checkpoint", view_audit},
    {live, get, "/livez", {}, EntityId::profile, open},
    {ready, get, "/readyz", {}, EntityId::profile, open},
    {metrics, get, "/metrics", {}, EntityId::profile, open},
};
#undef MANY
#undef PROSPECTS
#undef OF_PROFILE
#undef PROFILES
#undef PROFILE_SYSTEM

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
