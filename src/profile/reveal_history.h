#pragma once
// What a budget of reveals has to know of the day that a process begins in: the audit log says it.

#include <vector>

#include "access/reveal_budget.h"
#include "audit/audit_log.h"
#include "base/result.h"
#include "profile/account.h"

namespace velum {

// Takes into `budget` whom each principal has seen since its day began. Reads the log from its end.
Result<void> restore_reveals(const AuditLog& audit, const std::vector<const Account*>& accounts,
                             RevealBudget& budget);

}  // namespace velum
