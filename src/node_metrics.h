#pragma once
// What /metrics says of a node beside its requests: counts of the audit log, the store and the
// caches. Part of the composition root.

#include <vector>

#include "alerts/alert_sender.h"
#include "audit/checkpoint_pusher.h"
#include "node.h"
#include "profile/masked_cache.h"
#include "server/metrics.h"

namespace velum {

// `cache` is the sum over all loops. Any thread.
std::vector<MetricSample> samples_of(const Node& node, const MaskedCacheStatistics& cache,
                                     const PushStatistics& push, const AlertStatistics& alerts);

}  // namespace velum
