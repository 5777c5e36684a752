#include "access/decision.h"

#include "base/result.h"

namespace velum {

std::string_view principal_kind_name(PrincipalKind kind) {
  switch (kind) {
    case PrincipalKind::app_key: return "app_key";
    case PrincipalKind::user: return "user";
    case PrincipalKind::shopper: return "shopper";
    case PrincipalKind::local_admin: return "local_admin";
  }
  VELUM_CHECK(false);
}

std::string_view resource_name(Resource resource) {
  switch (resource) {
    case Resource::get_item: return "GetItemResource";
    case Resource::put_item: return "PutItemResource";
    case Resource::delete_item: return "DeleteItemResource";
    case Resource::unmask_item: return "UnmaskItemResource";
    case Resource::view_audit: return "ViewAuditResource";
  }
  VELUM_CHECK(false);
}

}  // namespace velum
