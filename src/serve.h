#pragma once
// velum serve: an opened node, its event loops, its admin socket, and their orderly end. Part of
// the composition root.

#include <csignal>

#include "base/result.h"
#include "cli/command_line.h"

namespace velum {

// Serves until one of `signals` comes (blocked in every thread by the caller), then lets running
// requests finish, and ends.
Result<void> serve(const ServeCommand& command, const sigset_t& signals);

}  // namespace velum
