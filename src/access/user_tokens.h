#pragma once
// User tokens: who logged in with an app key, a store's staff, and shoppers. A JWT (RFC 7519) that
// is signed with ES256 by the account's own key, and says of nobody who they are but by an opaque
// id.
//
// There is one spelling for each: what does not come byte for byte as sign_user_token() would write
// it again is none, so that nothing of a token (another algorithm, a second form of a letter, of a
// number or of the signature) can be chosen by who sends it. A token by itself opens nothing:
// AccountAccess looks at what it was made with, at each request.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "access/decision.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/sensitive.h"
#include "keys/vault.h"
#include "storage/store.h"

namespace velum {

struct UserToken {
  PrincipalKind kind = PrincipalKind::user;  // app_key, user or shopper.
  PrincipalId principal;                     // Of a shopper: the subject's token.
  std::string basis;                         // basis_of() what it was made with.
  Instant issued_at;                         // Whole seconds, both.
  Instant expires_at;
  Uuid id;  // No two have the same.
};

constexpr std::chrono::hours user_token_life_max{24};
// A shopper's is ended by nothing but its time, the subject's end, and the key that made it.
constexpr std::chrono::minutes shopper_token_life_max{60};
// By how much a token may be from the future: by no more than clocks differ.
constexpr std::chrono::seconds user_token_skew_max{60};
constexpr std::size_t user_token_size_max_bytes = 1024;

// What a token ends with: the app token that was sent for it, or the user's generation. Empty for
// an app key that has no such token any more: of that there is none.
std::string basis_of(ByteView app_token_hash);
std::string basis_of(const UserRow& row);
// Of a shopper's token: the app key that made it, and basis_of() its app token.
struct ShopperBasis {
  PrincipalId app_key;
  std::string basis;

  std::string text() const { return app_key.text() + "." + basis; }
  static std::optional<ShopperBasis> parse(std::string_view text);
};

// One that begins now and is as long as any of its kind.
UserToken make_user_token(PrincipalKind kind, PrincipalId principal, std::string basis, Instant now,
                          Random& random);

// Fails with sealed.
Result<Sensitive> sign_user_token(const UserToken& token, std::string_view account,
                                  const Vault& vault);
// nullopt for what this account's key did not sign just so, or not for now.
std::optional<UserToken> read_user_token(std::string_view text, std::string_view account,
                                         const Vault& vault, Instant now);

// The claims alone, as JSON. Of what was signed; or of what a fuzzer thinks of.
std::string claims_text(const UserToken& token, std::string_view account);
std::optional<UserToken> read_claims(std::string_view text, std::string_view account);

}  // namespace velum
