#pragma once
// Whether an address is one of the public Internet's. For who connects to where somebody else says:
// such a name must not lead to this machine, to its neighbours or to a cloud's metadata.

#include "io/ip_address.h"

namespace velum {

// Only what is global unicast by IANA's registries of special-purpose addresses. An IPv4 address
// counts as what it is also as IPv6 has it mapped, and behind the well-known prefix of a NAT64;
// 6to4 and Teredo, which hide one, are nobody's.
bool is_public(const IpAddress& address);

}  // namespace velum
