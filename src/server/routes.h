#pragma once
// The route table: every path that is served, who may call it, and what answers. A route without a
// permission row cannot be written.

#include <cstdint>
#include <span>
#include <string_view>

#include "access/decision.h"
#include "base/ids.h"
#include "http/message.h"
#include "http/router.h"

namespace velum {

enum class RouteId : std::uint8_t {
  create,
  look_up,
  read,
  list,
  change,
  remove,
  unmask,
  unmask_all,
  list_versions,
  read_version,
  unmask_version,
  audit_events,
  audit_checkpoint,
  live,
  ready,
  metrics,
};

enum class RouteAccess : std::uint8_t { open, account };

struct Route {
  RouteId id{};
  HttpMethod method{};
  std::string_view path;  // A template: "{...}" stands for one segment.
  // Needed where access is `account`, for that entity.
  Resource resource{};
  EntityId entity = EntityId::profile;
  RouteAccess access = RouteAccess::account;
};

std::span<const Route> routes();

// A router whose route numbers are positions in routes().
Router make_router();

}  // namespace velum
