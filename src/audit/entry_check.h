#pragma once
// What an entry in a log must be, whoever wrote it: canonical JSON (RFC 8785) that says its own
// number, account and region. A signature over something else would be good, and prove nothing.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace velum {

struct LogOwner {
  std::string region;
  std::string account;
  friend bool operator==(const LogOwner&, const LogOwner&) = default;
};
// Of an origin, "velum/<region>/<account>". Fails with corrupt.
Result<LogOwner> owner_of(std::string_view origin);

// Whose it says that it is. Fails with corrupt, naming the file that it is from.
Result<LogOwner> check_entry(std::string_view entry, std::uint64_t number, const std::string& file);

}  // namespace velum
