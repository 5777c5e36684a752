#pragma once
// AppKeys: who a caller is, by app key and token, and what their role allows.
//
// Tokens are 256 random bits, kept as SHA-256 and compared in constant time. An unknown key costs
// the same hash and comparison as a known one. Immutable; any thread.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/decision.h"
#include "base/random.h"
#include "base/result.h"
#include "base/sensitive.h"
#include "storage/store.h"

namespace velum {

// The token is shown once, to whoever asked for the key, and is nowhere else.
struct NewAppKey {
  AppKeyRow row;
  Sensitive token;
};

// `role` is one of role_exists().
NewAppKey make_app_key(AccountId account, std::string_view account_name, std::string label,
                       std::string role, Random& random);

// "owner" may do everything in its account, "reader" only masked reads.
bool role_exists(std::string_view role);

class AppKeys {
 public:
  explicit AppKeys(std::vector<AppKeyRow> rows);

  // Fails with unauthenticated for an unknown key, a wrong token, and another account's key alike.
  Result<Principal> authenticate(AccountId account, std::string_view app_key,
                                 std::string_view app_token) const;
  // May this principal do that? The decision says why, either way.
  Decision decide(const Principal& principal, Resource resource, EntityId entity) const;

 private:
  struct Known {
    Principal principal;
    Bytes token_hash;
    std::string role;
  };

  std::unordered_map<std::string, Known> by_app_key_;
  std::unordered_map<PrincipalId, std::string> role_of_;
};

}  // namespace velum
