#include "access/user_tokens.h"

#include <charconv>

#include "base/base64.h"
#include "crypto/crypto.h"
#include "json/value.h"

namespace velum {
namespace {

using std::chrono::seconds;

// {"alg":"ES256","typ":"JWT"}: the whole of it, and no other, so that nothing in it is ever read.
constexpr std::string_view header = "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9";
constexpr std::size_t signature_size_text = 86;
constexpr std::int64_t latest_s = 253'402'300'799;  // The end of the year 9999.
constexpr std::size_t basis_bytes = 16;

std::string in_seconds(Instant instant) {
  return std::to_string(std::chrono::floor<seconds>(instant).time_since_epoch().count());
}

std::optional<Instant> instant_of(const json::Value* value) {
  if (value == nullptr || value->kind() != json::Kind::number) return std::nullopt;
  const std::string_view text = value->text();
  std::int64_t number = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = failure == std::errc() && stop == text.data() + text.size();
  if (!is_whole || number < 0 || number > latest_s) return std::nullopt;
  return Instant(seconds(number));
}

std::string_view text_of(const json::Value* value) {
  return value != nullptr && value->is_string() ? value->text() : std::string_view();
}

std::optional<PrincipalKind> kind_named(std::string_view name) {
  for (const PrincipalKind kind :
       {PrincipalKind::app_key, PrincipalKind::user, PrincipalKind::shopper}) {
    if (principal_kind_name(kind) == name) return kind;
  }
  return std::nullopt;
}

seconds life_max(PrincipalKind kind) {
  return kind == PrincipalKind::shopper ? seconds(shopper_token_life_max)
                                        : seconds(user_token_life_max);
}

bool is_for(const UserToken& token, Instant now) {
  return token.issued_at <= now + user_token_skew_max && token.expires_at > now &&
         token.expires_at - token.issued_at <= life_max(token.kind);
}

}  // namespace

std::string basis_of(ByteView app_token_hash) {
  if (app_token_hash.empty()) return {};
  const Sha256Digest digest = sha256({as_bytes("velum user token of"), app_token_hash});
  return to_hex(ByteView(digest).first(basis_bytes));
}

std::string basis_of(const UserRow& row) {
  return std::to_string(row.generation);
}

std::optional<ShopperBasis> ShopperBasis::parse(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot + 1 == text.size()) return std::nullopt;
  const auto app_key = PrincipalId::parse(text.substr(0, dot));
  if (!app_key) return std::nullopt;
  return ShopperBasis{*app_key, std::string(text.substr(dot + 1))};
}

UserToken make_user_token(PrincipalKind kind, PrincipalId principal, std::string basis, Instant now,
                          Random& random) {
  const Instant issued_at = std::chrono::floor<seconds>(now);
  return {kind,
          principal,
          std::move(basis),
          issued_at,
          issued_at + life_max(kind),
          Uuid::random(random)};
}

std::string claims_text(const UserToken& token, std::string_view account) {
  std::string text(R"({"iss":"velum","aud":")");
  text.append(account).append(R"(","sub":")").append(token.principal.text());
  text.append(R"(","iat":)").append(in_seconds(token.issued_at));
  text.append(R"(,"exp":)").append(in_seconds(token.expires_at));
  text.append(R"(,"jti":")").append(token.id.text());
  text.append(R"(","kind":")").append(principal_kind_name(token.kind));
  return text.append(R"(","basis":")").append(token.basis).append(R"("})");
}

std::optional<UserToken> read_claims(std::string_view text, std::string_view account) {
  const auto document = json::Document::parse(text);
  if (!document || !document->root().is_object()) return std::nullopt;
  const json::Value& claims = document->root();
  const auto principal = PrincipalId::parse(text_of(claims.find("sub")));
  const auto id = Uuid::parse(text_of(claims.find("jti")));
  const auto kind = kind_named(text_of(claims.find("kind")));
  const auto issued_at = instant_of(claims.find("iat"));
  const auto expires_at = instant_of(claims.find("exp"));
  if (!principal || !id || !kind || !issued_at || !expires_at) return std::nullopt;
  UserToken token{*kind,      *principal,  std::string(text_of(claims.find("basis"))),
                  *issued_at, *expires_at, *id};
  // Who it is from and for, too.
  if (token.basis.empty() || claims_text(token, account) != text) return std::nullopt;
  return token;
}

Result<Sensitive> sign_user_token(const UserToken& token, std::string_view account,
                                  const Vault& vault) {
  WipedText text;
  append(text, header);
  append(text, ".");
  append_base64url(as_bytes(claims_text(token, account)), text);
  TRY_ASSIGN(const auto signature, vault.sign_user_token(as_bytes(view(text))));
  append(text, ".");
  append_base64url(signature, text);
  VELUM_CHECK(text.size() <= user_token_size_max_bytes);
  return Sensitive(std::move(text));
}

std::optional<UserToken> read_user_token(std::string_view text, std::string_view account,
                                         const Vault& vault, Instant now) {
  const std::size_t least = header.size() + 2 + signature_size_text;
  if (text.size() < least || text.size() > user_token_size_max_bytes) return std::nullopt;
  const std::string_view signed_text = text.substr(0, text.size() - signature_size_text - 1);
  if (text[signed_text.size()] != '.' || !signed_text.starts_with(header) ||
      signed_text[header.size()] != '.') {
    return std::nullopt;
  }
  const auto signature = from_base64url(text.substr(signed_text.size() + 1));
  const auto claims = from_base64url(signed_text.substr(header.size() + 1));
  // Nothing of the claims is read before it is known who wrote them.
  if (!signature || !claims || !vault.verify_user_token(as_bytes(signed_text), *signature)) {
    return std::nullopt;
  }
  auto token = read_claims(as_text(*claims), account);
  if (!token || !is_for(*token, now)) return std::nullopt;
  return token;
}

}  // namespace velum
