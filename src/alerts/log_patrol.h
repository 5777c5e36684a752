#pragma once
// LogPatrol: looks at an audit log's files again, round and round, a bundle of entries at a time:
// what somebody has changed or taken away there is found, although nobody reads it any more.
//
// It holds what is on the disk against the root that this process signed (audit/signed_tree.h). Who
// can change that too is found by a checkpoint that was kept elsewhere, and `velum audit verify`.
//
// One thread's. The log outlives it.

#include <cstdint>
#include <map>

#include "audit/audit_log.h"
#include "base/ids.h"

namespace velum {

class LogPatrol {
 public:
  explicit LogPatrol(const AuditLog& audit) : audit_(audit) {}

  // Looks at the next bundle that is full. One that is not what was signed is looked at again each
  // time, until it is.
  void look(AccountId account);
  // As it was found last.
  bool is_as_signed(AccountId account) const;

 private:
  struct Place {
    std::uint64_t bundle = 0;
    unsigned missing = 0;  // Times in a row that its file was not there.
    bool is_as_signed = true;
  };

  const AuditLog& audit_;
  std::map<AccountId, Place> places_;
};

}  // namespace velum
