#pragma once
// Accounts: the stores of this server, by name, and which one a request is for.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"
#include "http/query.h"
#include "profile/account.h"

namespace velum {

class Accounts {
 public:
  void add(std::unique_ptr<const Account> account);

  std::vector<const Account*> all() const;
  const Account* find(std::string_view name) const;  // Ignoring case, as host names do.
  // `an=`, then X-Velum-Account, then the first label of the host if it is an account's name, then
  // the only account there is. Fails with not_found, without saying which accounts there are.
  Result<const Account*> of_request(const HttpRequest& request) const;

 private:
  std::map<std::string, std::unique_ptr<const Account>, std::less<>> by_name_;
};

}  // namespace velum
