// Promises: whoever does not send the very app key and token of the account is nobody, however the
// headers are written; and a role may do what it says, and nothing more.

#include <memory>
#include <vector>

#include "access/account_access.h"
#include "crypto/crypto.h"
#include "fuzz/fuzz.h"
#include "http/framing_guard.h"
#include "io/sim_clock.h"
#include "io/sim_random.h"

namespace velum {
namespace {

constexpr std::string_view key_header = "X-VTEX-API-AppKey";
constexpr std::string_view token_header = "X-VTEX-API-AppToken";

struct Keys {
  SimClock clock;
  std::vector<AppKeyRow> rows;
  std::vector<std::string> tokens;
  std::vector<std::unique_ptr<AccountAccess>> accounts;
};

// The same ones each time, so that corpus and dictionary can name them.
std::unique_ptr<Keys> make_keys() {
  SeededRandom random(1);
  auto keys = std::make_unique<Keys>();
  for (const char* const role : {"owner", "reader"}) {
    const auto number = static_cast<std::uint32_t>(keys->rows.size() + 1);
    NewAppKey made = make_app_key(AccountId{number}, "store", "label", role, keys->clock, random);
    keys->tokens.emplace_back(made.token.text());
    keys->rows.push_back(std::move(made.row));
  }
  AppKeyRow odd = keys->rows.front();  // A row that no version of ours has written.
  odd.id = PrincipalId::random(random);
  odd.app_key = "odd";
  odd.roles = "nothing";
  odd.token_hash.clear();
  keys->rows.push_back(odd);
  for (const std::uint32_t account : {0U, 1U, 2U}) {
    AccessRows rows{AccountId{account}, 0, {}, {}};
    for (const AppKeyRow& row : keys->rows) {
      if (row.account == rows.account) rows.keys.push_back(row);
    }
    keys->accounts.push_back(std::make_unique<AccountAccess>(std::move(rows)));
  }
  return keys;
}

void check_decisions(const AccountAccess& access, const Principal& principal, std::string_view role,
                     const Clock& clock) {
  for (const Resource resource : all_resources) {
    const Decision decision = access.decide(principal, resource, EntityId::profile, clock);
    const bool may = role == "owner" || (role == "reader" && resource == Resource::get_item);
    VELUM_CHECK(decision.allowed == may && decision.principal.id == principal.id);
    Principal stranger = principal;
    stranger.id = PrincipalId();
    VELUM_CHECK(!access.decide(stranger, resource, EntityId::profile, clock).allowed);
  }
}

void check_caller(const Keys& keys, std::size_t account, std::string_view key,
                  std::string_view token) {
  const AccountAccess& access = *keys.accounts[account];
  const auto principal = access.authenticate({key, token, {}}, keys.clock);
  const auto row = std::ranges::find_if(keys.rows, [&](const AppKeyRow& one) {
    return one.account == access.rows().account && one.app_key == key &&
           std::ranges::equal(one.token_hash, sha256(as_bytes(token)));
  });
  VELUM_CHECK(principal.has_value() == (row != keys.rows.end()));
  if (!principal) return;
  VELUM_CHECK(principal->id == row->id && principal->account == access.rows().account);
  const auto place = static_cast<std::size_t>(row - keys.rows.begin());
  VELUM_CHECK(is_app_token(token) && keys.tokens[place] == token);
  check_decisions(access, *principal, row->roles, keys.clock);
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  static const std::unique_ptr<Keys> made = make_keys();
  const Keys& keys = *made;
  std::string_view input = fuzz::text_of(data, size);
  // As a connection would: lines, the last of which is blank.
  std::string head = "GET / HTTP/1.0\r\n";
  while (!input.empty()) {
    const std::string_view line = fuzz::take_part(input, "\n");
    if (!line.empty() && line.find('\r') == std::string_view::npos)
      head.append(line).append("\r\n");
  }
  head += "\r\n";
  HttpRequest request;
  RequestFraming framing;
  if (read_request_head(head, request, framing)) return 0;
  const std::string_view key = request.header(key_header);
  const std::string_view token = request.header(token_header);
  for (std::size_t account = 0; account < keys.accounts.size(); ++account) {
    check_caller(keys, account, key, token);
  }
  // Without a token the right key is worth nothing, and the other way round.
  if (std::ranges::find(keys.tokens, token) != keys.tokens.end()) return 0;
  for (const AppKeyRow& row : keys.rows) {
    const auto& access = keys.accounts[static_cast<std::size_t>(row.account)];
    VELUM_CHECK(!access->authenticate({row.app_key, token, {}}, keys.clock));
  }
  return 0;
}
