#pragma once
// A whole server on a simulated disk, clock and network: the directory that `velum init` makes, the
// Node and the Worker that `velum serve` runs. A SimMachine outlives the SimServers that run on it
// one after the other, as a machine outlives processes.
//
// One thread runs the loops, so that what the clients do is the seed's; the threads of the database
// and of the log are real ones, and what they interleave is not.

#include <memory>
#include <optional>
#include <string>

#include "io/sim_clock.h"
#include "io/sim_file.h"
#include "io/sim_network.h"
#include "io/sim_random.h"
#include "io/world.h"
#include "src/node.h"
#include "src/worker.h"

namespace velum {

struct SimMachine {
  static constexpr const char* data = "./store";

  explicit SimMachine(std::uint64_t seed) : random(seed), network_random(~seed) {}
  // `velum init`.
  Result<void> make_store();
  World world() { return {files, clock, random, log}; }

  SeededRandom random;
  SeededRandom network_random;  // Of its own: threads draw from the other one when they like.
  SimFileSystem files;
  SimClock clock;
  NoLog log;
  std::string app_key;
  std::string app_token;
};

class SimServer {
 public:
  explicit SimServer(SimMachine& machine);
  SimServer(const SimServer&) = delete;
  SimServer& operator=(const SimServer&) = delete;
  // Ends as after SIGTERM; what fails then fails silently, as it may when the power has gone.
  ~SimServer();

  Result<void> start();
  EventLoop& loop() { return loop_; }
  SimNetwork& network() { return network_; }
  Node& node() { return *node_; }
  const Account& account() const { return *node_->accounts.find("loja"); }
  // Runs until nobody is connected: every request has ended then, also one whose client left.
  void run_until_quiet();

 private:
  SimMachine& machine_;
  EventLoop loop_;  // Outlives the node's threads.
  SimNetwork network_;
  std::unique_ptr<Node> node_;
  const Router router_;
  std::optional<Metrics> metrics_;
  std::optional<Budgets> budgets_;
  std::optional<ApiShared> shared_;
  std::optional<Worker> worker_;
};

}  // namespace velum
