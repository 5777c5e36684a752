#include "test/sim/simulation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "audit/log_reader.h"
#include "audit/verify.h"
#include "server/admin_api.h"
#include "test/sim/clients.h"
#include "test/sim/sim_server.h"

namespace velum {
namespace {

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed)
      : machine_(seed), choices_(seed), clients_(machine_, choices_) {}

  SimulationCounts run(std::size_t operations) {
    if (!machine_.make_store()) {
      ADD_FAILURE() << "no store";
      return counts_;
    }
    if (!start()) return counts_;
    while (counts_.requests < operations && !testing::Test::HasFailure()) {
      if (!live_a_little()) return counts_;
    }
    end();
    for (const auto& [status, count] : clients_.answers()) {
      if (status != 0) counts_.answered += count;
    }
    counts_.reveals_refused = clients_.reveals_refused();
    return counts_;
  }

 private:
  enum class PowerCut : std::uint8_t { no, yes };

  bool start() {
    server_ = std::make_unique<SimServer>(machine_);
    const auto started = server_->start();
    EXPECT_TRUE(started) << "it does not start: " << started.error().message();
    ++counts_.starts;
    return started.has_value();
  }
  bool restart(PowerCut cut) {
    machine_.files.fail_path("", ErrorCode::io);
    trouble_ = {};
    if (cut == PowerCut::yes) {
      ++counts_.power_cuts;
      machine_.files.cut_power(machine_.network_random);
    } else {
      machine_.files.fail_call(0, FaultSpan::once, ErrorCode::io);
    }
    server_.reset();
    machine_.files.power_on();
    if (!start()) return false;
    for (Person& person : clients_.people().all()) person.erasing = false;
    clients_.judge_all(*server_);
    return true;
  }

  // One round: time passes, something may break, clients come, the background does its part.
  bool live_a_little() {
    pass_time();
    bool power_will_go = false;
    if (clients_.chance(4)) {
      power_will_go = clients_.chance(60);
      machine_.files.fail_call(machine_.files.calls() + 1 + clients_.below(40),
                               power_will_go ? FaultSpan::from_then_on : FaultSpan::once,
                               ErrorCode::io);
      trouble_.disk = true;
      ++counts_.disk_faults;
    } else if (clients_.chance(4)) {
      trouble_.audit = !trouble_.audit;
      machine_.files.fail_path(trouble_.audit ? "/audit" : "", ErrorCode::no_space);
    }
    counts_.requests += clients_.run_together(*server_, trouble_);
    do_chores();
    if (power_will_go) return restart(PowerCut::yes);
    const std::uint64_t restarts = trouble_.disk ? 50 : 1;
    return !clients_.chance(restarts) ||
           restart(clients_.chance(50) ? PowerCut::yes : PowerCut::no);
  }

  void pass_time() {
    const bool long_time = clients_.chance(4);
    machine_.clock.advance(long_time ? std::chrono::hours(1 + clients_.below(40))
                                     : std::chrono::milliseconds(1 + clients_.below(2000)));
    clients_.people().expire(machine_.clock.now());
  }

  void do_chores() {
    Node& node = server_->node();
    if (clients_.chance(20)) ignore(node.loop.run_to_end(node.mover->drain()));
    if (clients_.chance(3)) ignore(node.loop.run_to_end(node.sweeper->sweep()));
    if (clients_.chance(5)) ignore(node.audit->checkpoint_now());
    if (clients_.chance(5)) erase_somebody();
  }
  // Whether it worked shows in what is promised, and asked, afterwards.
  static void ignore(const Result<void>& result) { static_cast<void>(result.has_value()); }

  void erase_somebody() {
    Node& node = server_->node();
    const std::string email = clients_.some_email();
    Caller caller =
        admin_caller(server_->account(), machine_.random, "velum erase", Resource::delete_item);
    const auto erased = node.loop.run_to_end(
        node.eraser->erase_by_email(std::move(caller), Sensitive(std::string_view(email))));
    EXPECT_TRUE(erased || trouble_.disk || trouble_.audit) << "an erasure failed for no reason";
    ++counts_.erasures;
    for (Person& person : clients_.people().all()) {
      if (person.email != email) continue;
      if (erased) {
        person.erased |= person.can_be_there();
        person.states = {std::nullopt};
        person.erasing = false;
      } else if (person.can_be_there()) {
        person.states.insert(std::nullopt);
        person.erasing = true;
      }
    }
  }

  void end() {
    if (testing::Test::HasFailure() || !restart(PowerCut::no)) return;
    server_.reset();  // Empties the outbox.
    judge_log();
    judge_disk();
  }
  void judge_log();
  void judge_disk();
  bool is_on_disk(const std::string& path, std::string_view text);

  SimMachine machine_;
  SeededRandom choices_;
  Clients clients_;
  std::unique_ptr<SimServer> server_;
  Trouble trouble_;
  SimulationCounts counts_;
};

std::string member(const json::Value& entry, std::string_view name) {
  const json::Value* value = entry.find(name);
  return value == nullptr ? std::string() : std::string(value->text());
}

// Each acknowledged write is in the log once, each reveal is there, and the whole of it verifies.
void Simulation::judge_log() {
  const std::string directory = data_directory(SimMachine::data).audit();
  const auto logs = verify_audit(machine_.files, directory, std::nullopt);
  EXPECT_TRUE(logs) << logs.error().message() << " " << logs.error().subject();
  std::map<std::string, std::size_t> writes;   // By version.
  std::map<std::string, std::size_t> reveals;  // By record.
  std::set<std::string> ids;
  const auto look = [&](std::string_view text) -> Result<void> {
    const auto entry = json::Document::parse(text);
    EXPECT_TRUE(ids.insert(member(entry->root(), "id")).second) << "an entry is there twice";
    const std::string action = member(entry->root(), "action");
    const bool done = member(entry->root(), "outcome") == "done";
    if (action == "CreateProfile" || action == "UpdateProfile") {
      ++writes[member(entry->root(), "version")];
    }
    if (done && action.ends_with("Unmasked")) ++reveals[member(entry->root(), "record")];
    return {};
  };
  EXPECT_TRUE(read_audit(machine_.files, directory, look));
  for (const Person& person : clients_.people().all()) {
    for (const auto& [version, names] : person.versions) EXPECT_EQ(writes[version], 1U) << version;
    if (person.id) {
      EXPECT_GE(reveals[*person.id], person.reveals) << "a reveal is not in the log";
    }
  }
}

// Nobody's name is on the disk, of the last few who were ever there.
void Simulation::judge_disk() {
  std::size_t left = 3;
  auto& people = clients_.people().all();
  for (auto person = people.rbegin(); person != people.rend() && left > 0; ++person) {
    for (const auto& [version, names] : person->versions) {
      if (left == 0) break;
      --left;
      EXPECT_FALSE(is_on_disk(".", names.first)) << "a name in clear";
    }
  }
}

bool Simulation::is_on_disk(const std::string& path, std::string_view text) {
  const auto inside = machine_.files.list(path);
  if (!inside) {
    return as_text(machine_.files.content(path)).find(text) != std::string_view::npos;
  }
  return std::any_of(inside->begin(), inside->end(),
                     [&](const std::string& name) { return is_on_disk(path + "/" + name, text); });
}

}  // namespace

SimulationCounts& SimulationCounts::operator+=(const SimulationCounts& more) {
  requests += more.requests;
  answered += more.answered;
  starts += more.starts;
  power_cuts += more.power_cuts;
  disk_faults += more.disk_faults;
  erasures += more.erasures;
  reveals_refused += more.reveals_refused;
  return *this;
}

SimulationCounts simulate(std::uint64_t seed, std::size_t operations) {
  return Simulation(seed).run(operations);
}

}  // namespace velum
