#pragma once
// Who a module is when it asks the Profile System for somebody who has not said who they are.

#include <string_view>

#include "access/decision.h"
#include "io/peer.h"

namespace velum {

// Allowed whatever the module does: it is part of this program, and what it is let do is in its
// code.
Decision decision_of_module(AccountId account, std::string_view module);
// An address, as what budgets are counted by; of IPv6 the network that one customer has.
PrincipalId principal_of_peer(const Peer& peer);

}  // namespace velum
