#include "node_metrics.h"

namespace velum {
namespace {

std::uint64_t full_keys_unwrapped(const Node& node) {
  std::uint64_t sum = 0;
  for (const Account* account : node.accounts.all()) sum += account->vault->full_keys_unwrapped();
  return sum;
}

}  // namespace

std::vector<MetricSample> samples_of(const Node& node, const MaskedCacheStatistics& cache,
                                     const PushStatistics& push, const AlertStatistics& alerts) {
  using Kind = MetricSample::Kind;
  const AuditStatistics audit = node.audit->statistics();
  const SqliteStatistics store = node.database->statistics();
  const auto number = [](std::uint64_t value) { return static_cast<double>(value); };
  return {
      {"velum_audit_entries_total", "Audit entries made durable.", Kind::counter,
       number(audit.entries)},
      {"velum_audit_batches_total", "Syncs that made them so: entries per batch is their ratio.",
       Kind::counter, number(audit.batches)},
      {"velum_audit_failures_total", "Audit appends that failed or timed out.", Kind::counter,
       number(audit.failures)},
      {"velum_audit_available", "1 while the audit log can be written.", Kind::gauge,
       audit.available ? 1.0 : 0.0},
      {"velum_full_keys_unwrapped_total",
       "Keys of class P that were unwrapped: to reveal, to write, to mask again.", Kind::counter,
       number(full_keys_unwrapped(node))},
      {"velum_checkpoints_pushed_total", "Signed checkpoints that a file or the syslog took.",
       Kind::counter, number(push.pushed)},
      {"velum_checkpoint_push_failures_total", "Attempts that failed.", Kind::counter,
       number(push.failures)},
      {"velum_alerts_sent_total", "Alerts that a receiver took.", Kind::counter,
       number(alerts.sent)},
      {"velum_alert_failures_total", "Attempts that failed.", Kind::counter,
       number(alerts.failures)},
      {"velum_alerts_given_up_total", "Alerts that their receiver did not take for too long.",
       Kind::counter, number(alerts.given_up)},
      {"velum_alerts_dropped_total", "Alerts beyond those that may wait.", Kind::counter,
       number(alerts.dropped)},
      {"velum_outbox_entries", "Audit entries of writes that wait for the log, when it is down.",
       Kind::gauge, number(node.mover->size())},
      {"velum_store_commits_total", "Requests whose writes were committed or refused.",
       Kind::counter, number(store.batches)},
      {"velum_store_transactions_total",
       "Durable transactions that held them: commits per transaction is their ratio.",
       Kind::counter, number(store.transactions)},
      {"velum_store_checkpoints_total", "Checkpoints of the write-ahead log.", Kind::counter,
       number(store.checkpoints)},
      {"velum_store_log_pages", "Pages of 4 KiB in the write-ahead log.", Kind::gauge,
       number(store.log_pages)},
      {"velum_masked_cache_hits_total", "Masked reads that needed no store.", Kind::counter,
       number(cache.hits)},
      {"velum_masked_cache_misses_total", "Masked reads that did.", Kind::counter,
       number(cache.misses)},
      {"velum_masked_cache_bytes", "What the caches of all loops hold, sealed.", Kind::gauge,
       number(cache.size_bytes)},
      {"velum_clock_agrees",
       "1 while the clock goes as time does; 0: nothing that has expired is shredded.", Kind::gauge,
       node.clock.agrees() ? 1.0 : 0.0},
      {"velum_store_available", "1 while the store takes writes; 0 until a restart.", Kind::gauge,
       store.available ? 1.0 : 0.0},
  };
}

}  // namespace velum
