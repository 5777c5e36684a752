#pragma once
// What `velum appkey` does, by itself or beside a server: whoever owns the machine is above every
// role, so that who has lost the last owner's token gets another one.

#include <cstdint>
#include <string>

#include "server/license_manager.h"

namespace velum {

enum class AppKeyVerb : std::uint8_t { create, list, revoke, rotate };

struct AppKeyWish {
  AppKeyVerb verb{};
  std::string key;   // To revoke or rotate: an id, or what X-VTEX-API-AppKey takes.
  std::string body;  // To create or rotate: as the API's.
};

// All outlive the calls.
struct AppKeyDesk {
  LicenseManager& license;
  const AccessDirectory& access;
  const Clock& clock;
  Random& random;
};

// The API's answer, as JSON; {} of a key that was revoked.
Task<Result<WipedText>> do_with_app_keys(AppKeyDesk desk, const Account& account, AppKeyWish wish);

}  // namespace velum
