// Promises: nobody but the account's own key makes a user token, whatever is sent; of what it did
// sign there is one spelling; and claims that are read are written the same again, and are for now.

#include <memory>
#include <string>

#include "access/user_tokens.h"
#include "base/base64.h"
#include "fuzz/fuzz.h"
#include "io/sim_random.h"
#include "keys/root_keys.h"

namespace velum {
namespace {

constexpr Instant now{std::chrono::hours(480'000)};
constexpr std::string_view account = "loja";
constexpr std::string_view header = "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9";

Key256 key_of(std::uint64_t number) {
  SeededRandom random(number);
  Key256 key;
  random.fill(key.mutable_bytes());
  return key;
}

std::unique_ptr<const Vault> make_vault() {
  static SeededRandom random(1);
  RootKeys roots;
  roots.full = key_of(3);
  roots.masked = key_of(4);
  roots.epochs.emplace(1, EpochKeys{key_of(5), key_of(6)});
  roots.current_epoch = 1;
  const Vault::Account place{AccountId{7}, "eu-1"};
  return *Vault::open(roots, place, *Vault::make_store_keys(roots, place, random), random);
}

void check_stranger(const Vault& vault, std::string_view text) {
  VELUM_CHECK(!read_user_token(text, account, vault, now));
  const std::string behind = std::string(header) + "." + std::string(text);
  VELUM_CHECK(!read_user_token(behind, account, vault, now));
}

void check_damage(const Vault& vault, std::string_view how) {
  SeededRandom random(how.size());
  const UserToken made =
      make_user_token(PrincipalKind::user, PrincipalId::random(random), "1", now, random);
  const Sensitive token = *sign_user_token(made, account, vault);
  const ByteView bytes = as_bytes(token.text());
  const Bytes changed = fuzz::damaged(Bytes(bytes.begin(), bytes.end()), how);
  const bool is_same = as_text(changed) == token.text();
  VELUM_CHECK(read_user_token(as_text(changed), account, vault, now).has_value() == is_same);
}

// What a bug could sign: the reader does not rest on there being none.
void check_claims(const Vault& vault, std::string_view claims) {
  WipedText text;
  append(text, header);
  append(text, ".");
  append_base64url(as_bytes(claims), text);
  const auto signature = *vault.sign_user_token(as_bytes(view(text)));
  append(text, ".");
  append_base64url(signature, text);
  const auto token = read_user_token(view(text), account, vault, now);
  const auto read = read_claims(claims, account);
  if (read) VELUM_CHECK(claims_text(*read, account) == claims && !read_claims(claims, "outra"));
  if (!token) return;
  VELUM_CHECK(read && claims_text(*token, account) == claims);
  VELUM_CHECK(token->expires_at > now &&
              token->expires_at <= now + user_token_life_max + user_token_skew_max);
  VELUM_CHECK(token->kind == PrincipalKind::app_key || token->kind == PrincipalKind::user);
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  static const std::unique_ptr<const Vault> vault = make_vault();
  std::string_view input = fuzz::text_of(data, size);
  switch (fuzz::take_byte(input) % 3) {
    case 0: check_stranger(*vault, input); break;
    case 1: check_damage(*vault, input); break;
    default: check_claims(*vault, input); break;
  }
  return 0;
}
