// Promises: whoever does not send the very app key and token of the account is nobody, however the
// headers are written; and a role may do what it says, and nothing more.

#include <memory>
#include <vector>

#include "access/app_keys.h"
#include "crypto/crypto.h"
#include "fuzz/fuzz.h"
#include "http/framing_guard.h"
#include "io/sim_random.h"

namespace velum {
namespace {

constexpr std::string_view key_header = "X-VTEX-API-AppKey";
constexpr std::string_view token_header = "X-VTEX-API-AppToken";

struct Keys {
  std::vector<AppKeyRow> rows;
  std::vector<std::string> tokens;
  std::unique_ptr<AppKeys> known;
};

// The same ones each time, so that corpus and dictionary can name them.
Keys make_keys() {
  SeededRandom random(1);
  Keys keys;
  for (const char* const role : {"owner", "reader"}) {
    const auto number = static_cast<std::uint32_t>(keys.rows.size() + 1);
    NewAppKey made = make_app_key(AccountId{number}, "store", "label", role, random);
    keys.tokens.emplace_back(made.token.text());
    keys.rows.push_back(std::move(made.row));
  }
  AppKeyRow odd = keys.rows.front();  // A row that no version of ours has written.
  odd.id = PrincipalId::random(random);
  odd.app_key = "odd";
  odd.role = "nothing";
  odd.token_hash.clear();
  keys.rows.push_back(odd);
  keys.known = std::make_unique<AppKeys>(keys.rows);
  return keys;
}

void check_decisions(const Keys& keys, const Principal& principal, std::string_view role) {
  for (const Resource resource : {Resource::get_item, Resource::put_item, Resource::delete_item,
                                  Resource::unmask_item, Resource::view_audit}) {
    const Decision decision = keys.known->decide(principal, resource, EntityId::profile);
    const bool may = role == "owner" || (role == "reader" && resource == Resource::get_item);
    VELUM_CHECK(decision.allowed == may && decision.principal.id == principal.id);
    Principal stranger = principal;
    stranger.id = PrincipalId();
    VELUM_CHECK(!keys.known->decide(stranger, resource, EntityId::profile).allowed);
  }
}

void check_caller(const Keys& keys, AccountId account, std::string_view key,
                  std::string_view token) {
  const auto principal = keys.known->authenticate(account, key, token);
  const auto row = std::ranges::find_if(keys.rows, [&](const AppKeyRow& one) {
    return one.account == account && one.app_key == key &&
           std::ranges::equal(one.token_hash, sha256(as_bytes(token)));
  });
  VELUM_CHECK(principal.has_value() == (row != keys.rows.end()));
  if (!principal) return;
  VELUM_CHECK(principal->id == row->id && principal->account == account);
  const auto place = static_cast<std::size_t>(row - keys.rows.begin());
  VELUM_CHECK(keys.tokens[place] == token);
  check_decisions(keys, *principal, row->role);
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  static const Keys keys = make_keys();
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
  for (const std::uint32_t account : {0U, 1U, 2U}) {
    check_caller(keys, AccountId{account}, key, token);
  }
  // Without a token the right key is worth nothing, and the other way round.
  for (const AppKeyRow& row : keys.rows) {
    const bool is_token = std::ranges::find(keys.tokens, token) != keys.tokens.end();
    if (!is_token) VELUM_CHECK(!keys.known->authenticate(row.account, row.app_key, token));
  }
  return 0;
}
