#pragma once
// Users: a store's staff. What is personal of them is sealed under a key of their own, which is in
// their row and goes with it, and their e-mail is found by a keyed digest.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/sensitive.h"
#include "keys/vault.h"
#include "storage/store.h"

namespace velum {

struct NewUser {
  Sensitive email;
  Sensitive name;
  std::vector<std::string> roles;  // Their keys.
};

// Those that a request has.
struct UserFields {
  std::optional<Sensitive> name;
  std::optional<UserState> state;
};

// By number: what is given, and what is taken.
struct RoleChange {
  std::vector<std::uint32_t> given;
  std::optional<std::uint32_t> taken;
};

struct UserDetails {
  Sensitive email;
  Sensitive name;
};

// All fail with invalid_json, invalid_argument, invalid_field (an e-mail that is none) or
// too_large.
Result<NewUser> new_user_of(std::string_view body);
Result<UserFields> user_fields_of(std::string_view body);
Result<std::vector<std::uint32_t>> role_numbers_of(std::string_view body);

// Without roles. Fails with invalid_field, or sealed.
Result<UserRow> make_user(const Vault& vault, const NewUser& user, const Clock& clock,
                          Random& random);
Result<void> rename(UserRow& row, const Vault& vault, const Sensitive& name);
Result<UserDetails> details_of(const UserRow& row, const Vault& vault);

WipedText user_json(const UserRow& row, const UserDetails& details);

}  // namespace velum
