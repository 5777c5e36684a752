#pragma once
// Decision: an authorisation with its evidence. The audit entry is this, printed.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace velum {

enum class PrincipalKind : std::uint8_t { app_key, user, shopper, local_admin };
std::string_view principal_kind_name(PrincipalKind kind);

struct Principal {
  PrincipalKind kind = PrincipalKind::app_key;
  AccountId account{};
  PrincipalId id;
  std::string name;  // Readable: the app key, or the command's name. Never a shopper's.
};

// The documented resource names, and ours for unmasking.
enum class Resource : std::uint8_t {
  get_item,     // GetItemResource
  put_item,     // PutItemResource
  delete_item,  // DeleteItemResource
  unmask_item,  // UnmaskItemResource
  view_audit,   // ViewAuditResource
};
std::string_view resource_name(Resource resource);

struct Decision {
  Principal principal;
  Resource resource{};
  EntityId entity{};
  std::string rule;  // What allowed or refused it: "role:owner".
  bool allowed = false;
};

}  // namespace velum
