#pragma once
// Target: a request's path and query, decoded. In a path '+' stays '+', and %40 and '@' are the
// same; in a query '+' is a space.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace velum {

struct Target {
  std::vector<std::string> segments;

  // Fails with invalid_argument for a bad escape, a control character, or an empty segment that is
  // not the last.
  static Result<Target> parse(std::string_view path, std::string_view query);

  // The first parameter of that name; nullopt if there is none. Unknown ones are ignored.
  std::optional<std::string_view> query(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace velum
