#pragma once
// App keys as they are kept, and new ones.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/app_tokens.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/sensitive.h"
#include "io/peer.h"
#include "storage/store.h"

namespace velum {

struct NewAppKey {
  AppKeyRow row;
  Sensitive token;
};

// Whose roles are `roles`, keys with commas between; and nothing else is said of it yet.
NewAppKey make_app_key(AccountId account, std::string_view account_name, std::string label,
                       std::string roles, const Clock& clock, Random& random);

// Another token for it. The one that it had is right until `older_ends_at`, and no longer where
// that is past; any older one at once no more.
Sensitive rotate(AppKeyRow& row, Instant older_ends_at, Random& random);
// For good: no token is right any more, whatever is done to the row.
void revoke(AppKeyRow& row);

bool is_expired(const AppKeyRow& row, Instant now);

// 64 hexadecimal digits, or with a colon after every second one, as openssl prints a fingerprint.
std::optional<CertificateHash> certificate_hash_of(std::string_view text);

// "a,b" and its parts; nothing of "".
std::vector<std::string_view> listed(std::string_view text);
std::string as_list(const std::vector<std::string>& parts);

}  // namespace velum
