#include "access/app_keys.h"

#include <array>
#include <utility>

namespace velum {

NewAppKey make_app_key(AccountId account, std::string_view account_name, std::string label,
                       std::string roles, const Clock& clock, Random& random) {
  std::array<std::uint8_t, 9> key_bytes{};
  random.fill(key_bytes);
  NewAppToken token = make_app_token(random);
  AppKeyRow row;
  row.account = account;
  row.id = PrincipalId::random(random);
  row.app_key = std::string("velumappkey-").append(account_name).append("-");
  row.app_key.append(to_hex(key_bytes));
  row.token_hash = std::move(token.hash);
  row.label = std::move(label);
  row.roles = std::move(roles);
  row.created_at = clock.now();
  return {std::move(row), std::move(token.text)};
}

Sensitive rotate(AppKeyRow& row, Instant older_ends_at, Random& random) {
  NewAppToken token = make_app_token(random);
  row.older_hash = std::exchange(row.token_hash, std::move(token.hash));
  row.older_ends_at = older_ends_at;
  return std::move(token.text);
}

void revoke(AppKeyRow& row) {
  row.state = AppKeyState::revoked;
  row.token_hash.clear();
  row.older_hash.clear();
  row.older_ends_at.reset();
}

bool is_expired(const AppKeyRow& row, Instant now) {
  return row.expires_at && *row.expires_at <= now;
}

std::optional<CertificateHash> certificate_hash_of(std::string_view text) {
  CertificateHash hash{};
  std::string digits(text);
  if (text.size() == 3 * hash.size() - 1) {
    digits.clear();
    for (std::size_t place = 0; place < text.size(); ++place) {
      const bool is_colon = place % 3 == 2;
      if (is_colon != (text[place] == ':')) return std::nullopt;
      if (!is_colon) digits.push_back(text[place]);
    }
  }
  const auto bytes = from_hex(digits);
  if (!bytes || bytes->size() != hash.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

std::vector<std::string_view> listed(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string as_list(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text.append(text.empty() ? "" : ",").append(part);
  return text;
}

}  // namespace velum
