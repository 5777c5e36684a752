#include "server/accounts.h"

#include <algorithm>

#include "http/ascii.h"

namespace velum {

void Accounts::add(std::unique_ptr<const Account> account) {
  std::string name = account->name;
  by_name_.emplace(std::move(name), std::move(account));
}

std::vector<const Account*> Accounts::all() const {
  std::vector<const Account*> accounts;
  for (const auto& [name, account] : by_name_) accounts.push_back(account.get());
  return accounts;
}

const Account* Accounts::find(std::string_view name) const {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  const auto found = by_name_.find(lower);
  return found == by_name_.end() ? nullptr : found->second.get();
}

Result<const Account*> Accounts::of_request(const HttpRequest& request) const {
  TRY_ASSIGN(const std::optional<Sensitive> parameter, QueryView(request.query).find("an"));
  std::string_view named = parameter ? parameter->text() : std::string_view();
  if (named.empty()) named = request.header("X-Velum-Account");
  if (!named.empty()) {
    if (const Account* account = find(named)) return account;
    return Error(ErrorCode::not_found, "there is no such account here");
  }
  const std::string_view label = request.host.substr(0, request.host.find_first_of(".:"));
  if (const Account* account = find(label)) return account;
  if (by_name_.size() == 1) return by_name_.begin()->second.get();
  return Error(ErrorCode::not_found, "say which account: host, an= or X-Velum-Account");
}

}  // namespace velum
