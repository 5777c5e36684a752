#pragma once
// What the sweeper and the pruner work with, on the background's loop. All of it outlives them.

#include "audit/audit_log.h"
#include "base/log.h"
#include "base/random.h"
#include "base/trusted_clock.h"
#include "io/event_loop.h"
#include "profile/outbox_mover.h"
#include "storage/store.h"

namespace velum {

struct BackgroundParts {
  EventLoop& loop;
  Store& store;  // Of that loop.
  AuditLog& audit;
  const OutboxMover& outbox;
  TrustedClock& clock;
  Random& random;
  Log& log;
};

}  // namespace velum
