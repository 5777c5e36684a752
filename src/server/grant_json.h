#pragma once
// What is sent and shown of grants to unmask.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "access/unmask_grant.h"
#include "base/result.h"
#include "base/sensitive.h"
#include "keys/vault.h"

namespace velum {

struct GrantRequest {
  Sensitive purpose;
  std::string ticket = {};
  Grants scope = {};  // Of unmasking alone.
  std::vector<Token> subjects = {};
  std::uint32_t minutes = 0;
};

// {"purpose": "chargeback", "ticket": "OPS-7", "minutes": 30, "resources": [{"resource":
// "UnmaskItemResource", "entities": ["profile"]}], "tokens": ["..."]}. Fails with invalid_json,
// invalid_argument or too_large.
Result<GrantRequest> grant_request_of(std::string_view body);
// Of a purpose, a ticket and minutes alone: everything, of anybody.
Result<GrantRequest> break_glass_of(std::string_view body);

// Fails with corrupt.
Result<WipedText> grant_json(const UnmaskGrantRow& row, const Vault& vault, Instant now);

}  // namespace velum
