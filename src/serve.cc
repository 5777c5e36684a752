#include "serve.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "alert_worker.h"
#include "audit/checkpoint_pusher.h"
#include "audit/log_pruner.h"
#include "http/tls.h"
#include "io/process.h"
#include "io/system_world.h"
#include "node.h"
#include "node_metrics.h"
#include "profile/reveal_history.h"
#include "server/admin_api.h"
#include "worker.h"

namespace velum {
namespace {

// Open files that no connection may take: the database, the audit log and the admin socket need
// them, and a store that cannot open its next segment stops.
constexpr std::size_t files_reserved = 256;
constexpr std::size_t handshakes_max = 1024;

// What one of `loops` may have open for its clients.
struct Share {
  Share(const HttpLimits& asked, std::size_t files, std::size_t loops, const TlsContext* tls)
      : limits(asked) {
    const std::size_t all = (files - std::min(files_reserved, files / 2)) / loops;
    handshakes = tls != nullptr ? std::min(handshakes_max, all / 4) : 0;
    limits.connections_max = std::min(limits.connections_max, all - handshakes);
  }

  HttpLimits limits;
  std::size_t handshakes;
};

Result<void> listen(Worker& worker, const Endpoint& endpoint,
                    const std::shared_ptr<TlsContext>& tls, std::size_t handshakes) {
  if (tls) {
    TRY_ASSIGN(auto acceptor, TlsContext::listen(tls, worker.loop, endpoint, handshakes));
    worker.server->serve(std::move(acceptor));
    return {};
  }
  TRY_ASSIGN(auto acceptor, listen_tcp(worker.loop, endpoint));
  worker.server->serve(std::move(acceptor));
  return {};
}

void wait_for_signal(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
}

Result<std::shared_ptr<TlsContext>> load_tls(const ServeCommand& command,
                                             const Endpoint& endpoint) {
  if (!command.tls_certificate.empty()) {
    const TlsVersions versions =
        command.tls_versions == "1.2" ? TlsVersions::tls12_and_13 : TlsVersions::tls13_only;
    const ClientCertificates clients = command.tls_ask_certificate
                                           ? ClientCertificates::asked_for
                                           : ClientCertificates::not_asked_for;
    return TlsContext::load({command.tls_certificate, command.tls_key}, versions, clients);
  }
  if (!endpoint.is_loopback()) {
    return Error(ErrorCode::invalid_argument,
                 "plain HTTP is served on loopback only: give --tls-cert and --tls-key");
  }
  return std::shared_ptr<TlsContext>();
}

MaskedCacheStatistics cache_statistics(const std::vector<std::unique_ptr<Worker>>& workers) {
  MaskedCacheStatistics sum;
  for (const auto& worker : workers) {
    const MaskedCacheStatistics one = worker->cache.statistics();
    sum.hits += one.hits;
    sum.misses += one.misses;
    sum.size_bytes += one.size_bytes;
  }
  return sum;
}

PushStatistics sum_of(PushStatistics sum, const std::optional<CheckpointPusher>& other) {
  if (!other) return sum;
  const PushStatistics more = other->statistics();
  return {sum.pushed + more.pushed, sum.failures + more.failures};
}

// The background: the outbox's mover, the sweeper, the pruners, the remasker and the admin socket,
// on the node's own loop.
class Background {
 public:
  Background(Node& node, const ServeCommand& command)
      : node_(node),
        drain_limit_(command.limits.drain_limit),
        engine_({*node.store, *node.audit, *node.ledger, node.world.clock, node.world.random}),
        license_({node.access, *node.store, *node.audit, node.world.clock, node.world.random}),
        api_({node.accounts, *node.store, engine_, *node.eraser, node.access, license_, *node.mover,
              node.world.clock, node.world.random, node.world.log}),
        server_(node.loop, api_, HttpLimits(), node.world.log) {
    if (command.audit_keep_days == 0) return;
    std::vector<AccountId> accounts;
    for (const Account* account : node.accounts.all()) accounts.push_back(account->id);
    log_pruner_.emplace(
        LogPruner::Parts{node.loop, *node.audit, node.clock, node.world.random, node.world.log},
        std::move(accounts), std::chrono::days(command.audit_keep_days));
  }

  Result<void> start() {
    TRY_ASSIGN(auto acceptor, listen_unix(node_.loop, node_.data.admin_socket()));
    server_.serve(std::move(acceptor));
    node_.loop.context().restart();
    node_.loop.start(node_.mover->run());
    node_.loop.start(node_.sweeper->run());
    node_.loop.start(node_.pruner->run());
    node_.loop.start(node_.remasker->run());
    if (log_pruner_) node_.loop.start(log_pruner_->run());
    thread_ = std::thread([this] {
      name_this_thread("velum-admin");
      node_.loop.run();
    });
    return {};
  }

  // Ends the commands that run, then moves what the outbox still has.
  Result<void> end() {
    server_.drain(drain_limit_, [this] {
      node_.mover->stop();
      node_.sweeper->stop();
      node_.pruner->stop();
      node_.remasker->stop();
      if (log_pruner_) log_pruner_->stop();
    });
    thread_.join();
    static_cast<void>(node_.world.files.remove(node_.data.admin_socket()).has_value());
    return node_.loop.run_to_end(node_.mover->drain());
  }

 private:
  Node& node_;
  std::chrono::milliseconds drain_limit_;
  DocumentEngine engine_;
  LicenseManager license_;
  AdminApi api_;
  HttpServer server_;
  std::optional<LogPruner> log_pruner_;
  std::thread thread_;
};

}  // namespace

Result<void> serve(const ServeCommand& command, const sigset_t& signals) {
  SystemWorld system;
  const World world = system.world();
  // Outlive the node, whose threads wake coroutines on them.
  std::vector<std::unique_ptr<EventLoop>> loops;
  EventLoop alert_loop;
  TRY_ASSIGN(const Endpoint endpoint, Endpoint::parse(command.listen));
  TRY_ASSIGN(const std::shared_ptr<TlsContext> tls, load_tls(command, endpoint));
  CheckpointPusher pusher(world.files, world.log,
                          {command.checkpoint_file, command.checkpoint_syslog, {}});
  TRY_ASSIGN(const WebhookRules webhooks, WebhookRules::of(command));
  std::unique_ptr<CheckpointWebhook> checkpoint_webhook;
  // With a thread of its own: one that is slow must not keep a checkpoint from the file.
  std::optional<CheckpointPusher> webhook_pusher;
  if (!command.checkpoint_webhook.empty()) {
    TRY_ASSIGN(checkpoint_webhook, CheckpointWebhook::make(world, command, webhooks));
    const auto send = [to = checkpoint_webhook.get()](const std::string& note) {
      return to->send(note);
    };
    webhook_pusher.emplace(world.files, world.log, PushTargets{"", "", send});
  }
  AuditOptions audit;
  audit.on_checkpoint = [&pusher, &webhook_pusher](std::string_view note) {
    pusher.push(note);
    if (webhook_pusher) webhook_pusher->push(note);
  };
  TRY_ASSIGN(const std::unique_ptr<Node> node,
             Node::open(world, {command.data,
                                command.root_key,
                                command.ledger_copy,
                                {},
                                std::move(audit),
                                command.accept_clock ? ClockTrust::the_wall
                                                     : ClockTrust::what_was_saved}));

  AlertWorker alerts(alert_loop, *node, webhooks);
  TRY(alerts.open());
  std::vector<std::unique_ptr<Worker>> workers;
  Metrics metrics([&] {
    return samples_of(*node, cache_statistics(workers), sum_of(pusher.statistics(), webhook_pusher),
                      alerts.statistics());
  });
  const Router router = make_router();
  Budgets budgets(node->clock, command.budgets);
  // What the trees do not have yet is found by no search.
  if (const auto done = node->audit->checkpoint_now(); !done) {
    world.log.error("checkpoint_failed", {{"code", done.error().code()}});
  }
  TRY(restore_reveals(*node->audit, node->accounts.all(), budgets.reveals));
  const ApiShared shared{node->accounts, node->access, *node->audit, *node->ledger,
                         *node->mover,   router,       metrics,      node->clock,
                         world.random,   world.log,    budgets};
  const unsigned count =
      command.threads > 0 ? command.threads : std::max(1U, std::thread::hardware_concurrency());
  const std::size_t cache_bytes = std::size_t{command.cache_mib} << 20;
  const std::size_t files = files_max();
  const Share share(command.limits, files, count, tls.get());
  for (unsigned index = 0; index < count; ++index) {
    loops.push_back(std::make_unique<EventLoop>());
    workers.push_back(std::make_unique<Worker>(shared, *loops.back(), cache_bytes / count));
    TRY(workers.back()->open(*node->database, *node->commerce, share.limits));
    TRY(listen(*workers.back(), endpoint, tls, share.handshakes));
  }
  Background background(*node, command);
  TRY(background.start());
  alerts.start();
  for (const auto& worker : workers) {
    worker->thread = std::thread([&loop = worker->loop] {
      name_this_thread("velum-loop");
      loop.run();
    });
  }
  world.log.info("serving", {{"port", endpoint.port}, {"threads", count}, {"files", files}});

  wait_for_signal(signals);
  world.log.info("draining");
  for (const auto& worker : workers) {
    worker->server->drain(command.limits.drain_limit, [&loop = worker->loop] { loop.stop(); });
  }
  for (const auto& worker : workers) worker->thread.join();
  alerts.end();
  TRY(background.end());
  world.log.info("stopped");
  return {};
}

}  // namespace velum
