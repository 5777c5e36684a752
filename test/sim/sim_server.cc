#include "test/sim/sim_server.h"

#include "cli/init.h"
#include "src/node_metrics.h"

namespace velum {
namespace {

constexpr std::size_t cache_size_bytes = 12'000;  // Little, so that entries are pushed out too.

// Little of everything, so that segments end and checkpoints come within a few hundred requests.
NodeOptions small_node() {
  NodeOptions options{.data = SimMachine::data, .root_key = {}, .ledger_copy = "./ledger-copy"};
  options.store.checkpoint_pages = 30;
  options.store.log_pages_max = 120;
  options.audit.segment_size_bytes = 1 << 15;
  options.audit.append_timeout = std::chrono::milliseconds(20'000);  // The machine may be slow.
  options.audit.retry_pause = std::chrono::milliseconds(1);
  options.audit.checkpoint_interval = std::chrono::hours(1);  // When the simulation says so.
  return options;
}

}  // namespace

Result<void> SimMachine::make_store() {
  InitCommand command;
  command.data = data;
  command.account = "loja";
  command.region = "us";
  TRY_ASSIGN(const NewStore made, init_store(command, world()));
  app_key = made.app_key;
  app_token = made.app_token.text();
  return {};
}

SimServer::SimServer(SimMachine& machine)
    : machine_(machine), network_(loop_, machine.network_random), router_(make_router()) {}

Result<void> SimServer::start() {
  TRY_ASSIGN(node_, Node::open(machine_.world(), small_node()));
  metrics_.emplace([this] { return samples_of(*node_, worker_->cache.statistics(), {}, {}); });
  budgets_.emplace(machine_.clock, ServeCommand().budgets);
  shared_.emplace(ApiShared{node_->accounts, node_->access, *node_->audit, *node_->ledger,
                            *node_->mover, router_, *metrics_, node_->clock, machine_.random,
                            machine_.log, *budgets_});
  worker_.emplace(*shared_, loop_, cache_size_bytes);
  TRY(worker_->open(*node_->database, *node_->commerce, HttpLimits()));
  worker_->server->serve(network_.listen());
  return {};
}

void SimServer::run_until_quiet() {
  loop_.context().restart();
  while (worker_->server->statistics().connections_open > 0) {
    VELUM_CHECK(loop_.context().run_one() > 0);
  }
}

SimServer::~SimServer() {
  if (!worker_ || !worker_->server) return;
  bool drained = false;
  worker_->server->drain(std::chrono::milliseconds(0), [&drained] { drained = true; });
  loop_.context().restart();
  while (!drained) VELUM_CHECK(loop_.context().run_one() > 0);
  loop_.run();  // To the end of what drained.
  static_cast<void>(node_->loop.run_to_end(node_->mover->drain()).has_value());
  worker_.reset();
}

}  // namespace velum
