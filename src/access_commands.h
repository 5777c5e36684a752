#pragma once
// `velum account` and `velum appkey`. Part of the composition root.

#include "base/result.h"
#include "base/sensitive.h"
#include "cli/command_line.h"
#include "cli/init.h"

namespace velum {

// Fails with locked while a server has the directory: it would not know the account.
Result<NewStore> add_account(const AccountAddCommand& command);

// What the API would answer, as JSON. Beside a running server, which then knows it at once.
Result<WipedText> do_app_key(const AppKeyCommand& command);
// `from` is what --from holds.
Result<WipedText> do_user(const UserCommand& command, Sensitive from);
// The same of an app key for people; wiped, for it may hold a token.
WipedText app_key_text(const AppKeyCommand& command, const WipedText& answer);

}  // namespace velum
