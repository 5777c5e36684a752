#pragma once
// The route table: every path that is served, who may call it, and what answers. A route without a
// permission row cannot be written.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "access/decision.h"
#include "http/message.h"
#include "server/target.h"

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
  audit_checkpoint,
  live,
  ready,
};

enum class RouteAccess : std::uint8_t { open, profile };

struct Route {
  RouteId id{};
  HttpMethod method{};
  std::string_view path;  // "{...}" stands for one segment.
  RouteAccess access{};
  Resource resource{};  // Needed where access is `profile`.
};

std::span<const Route> routes();

struct RouteMatch {
  const Route* route = nullptr;              // nullptr: no such path, or not by this method.
  std::vector<std::string_view> parameters;  // Into the target's segments, in order.
  bool path_exists = false;
};
// Literal segments come before parameters: the table's order decides.
RouteMatch match_route(HttpMethod method, const Target& target);

}  // namespace velum
