#pragma once
// One datagram to a local socket, as syslog daemons have. Never waits: a full queue is a failure.

#include <string>
#include <string_view>

#include "base/result.h"

namespace velum {

Result<void> send_datagram(const std::string& socket_path, std::string_view text);

}  // namespace velum
