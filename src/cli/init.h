#pragma once
// velum init: a new data directory with one account and its first app key.
//
// Built beside its place and renamed into it, so a crash leaves nothing there or a whole one. Root
// keys that exist already are used and never overwritten.

#include <string>

#include "access/app_keys.h"
#include "base/result.h"
#include "base/sensitive.h"
#include "cli/command_line.h"
#include "io/world.h"
#include "keys/root_keys.h"

namespace velum {

struct NewStore {
  std::string app_key;
  Sensitive app_token;
};

// An account's rows with keys of its own, its first app key and that one's token: an owner's.
struct NewAccount {
  AccountRow row;
  NewAppKey app_key;
};
Result<NewAccount> make_account(const InitCommand& command, const RootKeys& roots,
                                const World& world);

Result<NewStore> init_store(const InitCommand& command, const World& world);

}  // namespace velum
