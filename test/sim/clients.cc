#include "test/sim/clients.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace velum {
namespace {

const std::string profiles = "/api/storage/profile-system/profiles";
constexpr std::uint64_t emails = 16;  // Few, so that they are fought for.

}  // namespace

std::uint64_t Clients::below(std::uint64_t limit) {
  std::array<std::uint8_t, 8> bytes{};
  choices_.fill(bytes);
  return read_u64be(bytes) % limit;
}

std::string Clients::some_email() {
  return "person" + std::to_string(below(emails)) + "@example.com";
}

Names Clients::new_names() {
  const std::string number = std::to_string(++names_);
  // Letters, so that the mask is the one of names, and as many as it takes to be found nowhere
  // else.
  std::string letters;
  for (const char digit : number) letters += static_cast<char>('a' + (digit - '0'));
  return {"Qz" + letters + "first", chance(70) ? "Wx" + letters + "last" : std::string()};
}

Person* Clients::somebody(Purpose purpose) {
  std::vector<Person*> fit;
  for (Person& person : people_.all()) {
    const bool wanted = purpose == Purpose::write ? !person.busy && person.can_be_there() : true;
    if (person.id && wanted) fit.push_back(&person);
  }
  if (fit.empty()) return nullptr;
  // Mostly those who came last: the others are gone, or are read often enough.
  const std::uint64_t recent = std::min<std::uint64_t>(fit.size(), 24);
  return fit[fit.size() - 1 - below(chance(90) ? recent : fit.size())];
}

bool Clients::excused(const Answer& answer, Trouble trouble) {
  if (!answer) return true;
  return trouble.disk && (answer->status == 500 || answer->status == 503);
}

// As in swarm testing: each simulation is good at a few things, some of them rare elsewhere.
void Clients::choose_habits() {
  for (std::uint64_t& weight : weights_) weight = chance(25) ? 0 : 1 + below(10);
  weights_[static_cast<std::size_t>(Deed::create)] = 6;
  weights_sum_ = 0;
  for (const std::uint64_t weight : weights_) weights_sum_ += weight;
}

Deed Clients::some_deed() {
  std::uint64_t dice = below(weights_sum_);
  std::size_t deed = 0;
  while (dice >= weights_[deed]) dice -= weights_[deed++];
  return static_cast<Deed>(deed);
}

Task<Clients::Answer> Clients::ask(Session& session, SimRequest request) {
  if (!session.client || session.client->is_broken()) {
    std::optional<std::size_t> breaks_after;
    if (session.may_break && chance(4)) breaks_after = 1 + below(2500);
    session.client.emplace(session.server.network().connect(breaks_after));
  }
  if (request.headers.find("AppKey") == std::string::npos) {
    request.headers += "X-VTEX-API-AppKey: " + machine_.app_key +
                       "\r\nX-VTEX-API-AppToken: " + machine_.app_token + "\r\n";
  }
  request.target.insert(0, profiles);
  auto answer = co_await session.client->ask(std::move(request));
  if (session.may_break) {
    ++requests_;
    ++answers_[answer ? answer->status : 0];
  }
  co_return answer;
}

Task<void> Clients::do_one(Session& session) {
  const Deed deed = some_deed();
  switch (deed) {
    case Deed::create:
    case Deed::create_twice: co_return co_await create(session, deed);
    case Deed::patch:
    case Deed::patch_that_version: co_return co_await patch(session, deed);
    case Deed::patch_wrong_version: co_return co_await patch_wrongly(session);
    case Deed::remove: co_return co_await remove(session);
    case Deed::read:
    case Deed::unmask:
    case Deed::read_by_email:
    case Deed::unmask_by_email:
    case Deed::read_version:
    case Deed::unmask_version:
      if (Person* person = somebody(Purpose::read)) co_await look(session, deed, *person);
      co_return;
    case Deed::list_versions: co_return co_await list_versions(session);
    case Deed::be_refused: co_return co_await be_refused(session);
    case Deed::count: break;
  }
}

Task<void> Clients::be_client(SimServer& server, Trouble trouble, std::size_t requests) {
  Session session{server, trouble, true, {}};
  while (requests-- > 0) co_await do_one(session);
}

std::size_t Clients::run_together(SimServer& server, Trouble trouble) {
  const std::size_t before = requests_;
  std::size_t running = 1 + below(4);
  const auto run = [](Task<void> client, std::size_t& count) -> Task<void> {
    co_await std::move(client);
    --count;
  };
  for (std::size_t left = running; left > 0; --left) {
    server.loop().start(run(be_client(server, trouble, 1 + below(4)), running));
  }
  server.loop().context().restart();
  while (running > 0) VELUM_CHECK(server.loop().context().run_one() > 0);
  server.run_until_quiet();
  return requests_ - before;
}

Task<void> Clients::judge_each(SimServer& server) {
  Session session{server, {}, false, {}};
  std::size_t gone = 0;
  for (auto person = people_.all().rbegin(); person != people_.all().rend(); ++person) {
    // The gone are many, and stay so: the last of them will do.
    if (!person->can_be_there() && ++gone > 6) continue;
    co_await judge(session, *person);
  }
}

void Clients::judge_all(SimServer& server) {
  bool judged = false;
  const auto run = [](Task<void> judging, bool& done) -> Task<void> {
    co_await std::move(judging);
    done = true;
  };
  server.loop().start(run(judge_each(server), judged));
  server.loop().context().restart();
  while (!judged) VELUM_CHECK(server.loop().context().run_one() > 0);
  server.run_until_quiet();
}

}  // namespace velum
