#pragma once
// What shoppers' systems do to a server at once, and whether each answer is right.

#include <array>
#include <map>
#include <optional>
#include <string>

#include "json/value.h"
#include "test/sim/people.h"
#include "test/sim/sim_client.h"
#include "test/sim/sim_server.h"

namespace velum {

// What is the matter with the machine just now, and so what an answer may be.
struct Trouble {
  bool disk = false;   // Any answer but a reveal or a state that is wrong may be a 500 or a 503.
  bool audit = false;  // A reveal must be refused; all else goes on.
};

enum class Deed : std::uint8_t {
  create,
  create_twice,  // With an idempotency key, and again if the first answer did not come.
  patch,
  patch_that_version,
  patch_wrong_version,
  remove,
  read,
  unmask,
  read_by_email,
  unmask_by_email,
  read_version,
  unmask_version,
  list_versions,
  be_refused,
  count,
};

class Clients {
 public:
  // Both outlive the clients. What they do is up to `choices`.
  Clients(SimMachine& machine, SeededRandom& choices) : machine_(machine), choices_(choices) {
    choose_habits();
  }

  // A few clients at once, each with a few requests, until the server has ended all of them.
  // Returns how many requests there were.
  std::size_t run_together(SimServer& server, Trouble trouble);
  // Every promise about everybody, asked when nothing is on its way and nothing is the matter.
  void judge_all(SimServer& server);

  People& people() { return people_; }
  std::string some_email();
  std::uint64_t below(std::uint64_t limit);
  bool chance(std::uint64_t percent) { return below(100) < percent; }
  // How many there were of each status; 0: none came.
  const std::map<int, std::size_t>& answers() const { return answers_; }
  // Because the log could not be written.
  std::size_t reveals_refused() const { return reveals_refused_; }

 private:
  struct Session {
    SimServer& server;
    Trouble trouble;
    bool may_break = true;
    std::optional<SimClient> client;  // Once connected.
  };
  using Answer = std::optional<SimAnswer>;
  enum class Purpose : std::uint8_t { read, write };

  void choose_habits();
  Deed some_deed();
  Person* somebody(Purpose purpose);
  Names new_names();
  static bool excused(const Answer& answer, Trouble trouble);

  Task<void> be_client(SimServer& server, Trouble trouble, std::size_t requests);
  Task<void> do_one(Session& session);
  Task<Answer> ask(Session& session, SimRequest request);

  // clients_write.cc
  Task<void> create(Session& session, Deed deed);
  Task<void> create_anew(Session& session, Deed deed, Person& person);
  Task<void> create_in_vain(Session& session, Person& holder);
  Task<void> patch(Session& session, Deed deed);
  Task<void> patch_wrongly(Session& session);
  Task<void> remove(Session& session);

  // clients_read.cc
  void expect_refused_reveal(const SimAnswer& answer, Trouble trouble);
  Task<void> look(Session& session, Deed deed, Person& person);
  Task<void> look_at_old(Session& session, Deed deed, Person& person);
  Task<void> list_versions(Session& session);
  Task<void> be_refused(Session& session);
  Task<void> judge_each(SimServer& server);
  Task<void> judge(Session& session, Person& person);

  SimMachine& machine_;
  SeededRandom& choices_;
  People people_;
  std::array<std::uint64_t, static_cast<std::size_t>(Deed::count)> weights_{};
  std::uint64_t weights_sum_ = 0;
  std::size_t names_ = 0;
  std::size_t requests_ = 0;
  std::size_t reveals_refused_ = 0;
  std::map<int, std::size_t> answers_;
};

}  // namespace velum
