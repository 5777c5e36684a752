#pragma once
// What is sent and shown of app keys and roles.
//
// Members that are not known are refused: a misspelt expiry would make a key that has none.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/account_access.h"
#include "base/result.h"
#include "base/sensitive.h"

namespace velum {

// Those that a request has. An empty text or list is one.
struct AppKeyFields {
  std::optional<std::string> label;
  std::optional<std::vector<std::string>> roles;
  std::optional<std::optional<Instant>> expires_at;
  std::optional<std::vector<std::string>> networks;
  std::optional<std::vector<std::string>> certificates;
  std::optional<std::string> default_reason;
  std::optional<AppKeyState> state;
};

struct UnmaskPolicy {
  AllowedReasons reasons;
  std::optional<std::uint32_t> grant_approvals;  // Nothing: as many as until then.
};

struct RoleFields {
  std::string name;
  Grants grants;
};

// All fail with invalid_json, invalid_argument or too_large.
Result<AppKeyFields> app_key_fields_of(std::string_view body);
Result<RoleFields> role_fields_of(std::string_view body);
// {"allowedReasons": ["refund"]}, or null for any; and maybe {"grantApprovals": 2}.
Result<UnmaskPolicy> unmask_policy_of(std::string_view body);
// {"overlapSeconds": 60}, or nothing at all.
Result<std::chrono::seconds> overlap_of(std::string_view body);
// "2027-01-31T00:00:00Z": RFC 3339 in UTC, with up to 7 digits of a fraction.
std::optional<Instant> instant_of(std::string_view text);

std::string app_key_json(const AppKeyRow& row, Instant now);
// With its token: the one time that this is shown.
WipedText issued_key_json(const AppKeyRow& row, const Sensitive& token, Instant now);
std::string role_json(const Role& role);
std::string unmask_policy_json(const AccountAccess& access);
std::string resources_json();

}  // namespace velum
