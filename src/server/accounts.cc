#include "server/accounts.h"

namespace velum {

void Accounts::add(std::unique_ptr<const Account> account) {
  std::string name = account->name;
  by_name_.emplace(std::move(name), std::move(account));
}

const Account* Accounts::find(std::string_view name) const {
  const auto found = by_name_.find(name);
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
  const std::string_view label = request.host.substr(0, request.host.find('.'));
  if (const Account* account = find(label)) return account;
  if (by_name_.size() == 1) return by_name_.begin()->second.get();
  return Error(ErrorCode::not_found, "say which account: host, an= or X-Velum-Account");
}

}  // namespace velum
