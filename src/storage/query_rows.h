#pragma once
// What the store (store.h) keeps of the searches of its audit log that an account has saved, and
// its writes of them. Each operation names the error that fails it.

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"

namespace velum {

struct AuditQueryRow {
  AccountId account{};
  std::string name;
  Bytes filter;  // Sealed: keys/vault.h.
  PrincipalId author;
  Instant changed_at;
};

// A new one, or another filter in place of its own. conflict, if it would be one more than
// `count_max`.
struct PutAuditQuery {
  AuditQueryRow row;
  std::uint32_t count_max = 0;
};
struct DeleteAuditQuery {  // not_found
  AccountId account{};
  std::string name;
};

}  // namespace velum
