#pragma once
// What nobody gets around who gives others what they may do.

#include <string>
#include <vector>

#include "access/account_access.h"
#include "profile/document_engine.h"

namespace velum {

Error no_such_user();
// Fails with invalid_argument for a role that the account does not have, or nobody is given.
Result<void> check_role(const AccountAccess& access, std::string_view key);

// Of some fields alone: as they are declared, or it would be a right that is none. Fails with
// invalid_argument.
Result<void> check_fields(const Account& account, const Grants& grants);

// Both fail with permission_denied.
Result<void> may_give(const AccountAccess& access, const Caller& caller, const Grants& grants);
// As the audit log names them: "GetItemResource", "UnmaskItemResource:profile.email".
std::vector<std::string> said_of(const Grants& grants);
// A key that was given for a while, or for a place, is no way to one without. Of a user, who has
// neither an end nor networks, `row` is an empty one.
Result<void> is_within(const AccountAccess& access, const Caller& caller, const AppKeyRow& row);

}  // namespace velum
