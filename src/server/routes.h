#pragma once
// The route table: every path that is served, who may call it, and what answers. A route without a
// permission row cannot be written.

#include <cstdint>
#include <span>
#include <string_view>

#include "access/decision.h"
#include "http/message.h"
#include "http/router.h"

namespace velum {

enum class RouteId : std::uint8_t {
  create_profile,
  lookup_profile,
  read_profile,
  patch_profile,
  delete_profile,
  unmask_profile,
  list_versions,
  read_version,
  unmask_version,
  audit_events,
  audit_checkpoint,
  live,
  ready,
  metrics,
};

enum class RouteAccess : std::uint8_t { open, profile };

struct Route {
  RouteId id{};
  HttpMethod method{};
  std::string_view path;  // A template: "{...}" stands for one segment.
  RouteAccess access{};
  Resource resource{};  // Needed where access is `profile`.
};

std::span<const Route> routes();

// A router whose route numbers are positions in routes().
Router make_router();

}  // namespace velum
