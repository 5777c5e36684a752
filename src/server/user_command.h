#pragma once
// What `velum user` does, by itself or beside a server: whoever owns the machine is above every
// role, and gets a token for whom they want.

#include <cstdint>
#include <string>

#include "server/app_key_command.h"

namespace velum {

enum class UserVerb : std::uint8_t { create, list, token, remove };

struct UserWish {
  UserVerb verb{};
  std::string id;  // Of whom a token is made, or who is deleted.
  Sensitive body;  // Of who is created: as the API's.
};

// The API's answer, as JSON; of a list an array of users.
Task<Result<WipedText>> do_with_users(AppKeyDesk desk, const Account& account, UserWish wish);

}  // namespace velum
